-- Everything that decides whether the staged withdrawals are covered, instant by instant.
WITH who AS (SELECT DISTINCT promoter_id FROM commission_in_withdrawal)
SELECT promoter_id, release_at AS at, 0 AS kind, '' AS id, sum(fen)::bigint AS fen, 0 AS row
  FROM commission_entry JOIN who USING (promoter_id)
 WHERE books = %(books)s AND %(sweeping)s
   AND ((NOT late AND release_at <= %(now)s AND release_at > coalesce(%(watermark)s, '-infinity'::timestamptz))
        OR (late AND epoch = %(epoch)s))
 GROUP BY 1, 2
UNION ALL
SELECT promoter_id, at, kind, id, fen, 0 FROM commission_do_due JOIN who USING (promoter_id) WHERE kind > 0
UNION ALL
SELECT promoter_id, withdrawn_at, 3, withdrawal_id, amount_fen, row FROM commission_in_withdrawal
