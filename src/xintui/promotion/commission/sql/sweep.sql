-- Everything whose release instant has come: one aggregate over the schedule, per promoter and day.
INSERT INTO commission_do_sweep
SELECT promoter_id, release_on, sum(fen)::bigint, sum(net_fen)::bigint, sum(lines)::bigint
  FROM (
    SELECT promoter_id, release_on, fen, net_fen, lines FROM commission_entry
     WHERE books = %(books)s AND NOT late AND release_at <= %(now)s
       AND release_at > coalesce(%(watermark)s, '-infinity'::timestamptz)
       AND release_on <= commission_day(%(now)s)
       AND release_on >= coalesce(commission_day(%(watermark)s), '-infinity'::date)
    UNION ALL
    SELECT promoter_id, release_on, fen, net_fen, lines FROM commission_entry
     WHERE books = %(books)s AND late AND epoch = %(epoch)s
  ) ripe
 GROUP BY 1, 2
