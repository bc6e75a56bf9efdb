-- Every line recomputed from its facts, against the counters, the schedule and the ledger. No rows: nothing is wrong.
-- Lines of one promoter that ripen at one instant are one row from the start: they share their month and their state.
WITH ripening AS (
  SELECT books, promoter_id, release_at, late, epoch, count(*) AS n,
         sum(commission_target(paid_fen - refunded_fen, rate_bp, cap_fen)) AS fen,
         sum(commission_target(paid_fen - refunded_early_fen, rate_bp, cap_fen)) AS released_fen,
         sum(paid_fen - refunded_fen) AS net_fen
    FROM commission_line
   WHERE promoter_id <> '' AND promoter_id <> buyer_id AND (%(books)s::text IS NULL OR books = %(books)s)
   GROUP BY 1, 2, 3, 4, 5
), lines AS (
  SELECT l.*, b.currency, to_char(commission_wall(release_at), 'YYYY-MM') AS month,
         release_at IS NOT NULL AND CASE WHEN l.late THEN l.epoch < b.epoch
                                         ELSE l.release_at <= coalesce(b.watermark, '-infinity'::timestamptz) END AS released
    FROM ripening l JOIN commission_books b USING (books)
), pending AS (
  SELECT books, promoter_id, currency, coalesce(sum(fen) FILTER (WHERE NOT released), 0)::bigint AS fen
    FROM lines GROUP BY 1, 2, 3
), months AS (
  SELECT books, promoter_id, month, sum(n)::bigint AS lines, sum(net_fen)::bigint AS net_fen,
         sum(released_fen)::bigint AS released_fen, sum(fen)::bigint AS fen
    FROM lines WHERE released GROUP BY 1, 2, 3
)
SELECT 'pending' AS "check", p.books || ' ' || p.promoter_id AS subject,
       format('明细合计 %%s，账本 %%s', p.fen, coalesce(a.posted_fen, 0)) AS detail
  FROM pending p LEFT JOIN ledger_facts a
    ON a.ledger = p.books AND a.code = 'promoter.pending:' || p.promoter_id || '@' || p.currency
 WHERE p.fen <> coalesce(a.posted_fen, 0)
UNION ALL
SELECT 'month', m.books || ' ' || m.promoter_id || ' ' || m.month,
       format('明细 %%s 行 净额 %%s 释放 %%s 佣金 %%s，月结单 %%s 行 净额 %%s 释放 %%s 追回 %%s', m.lines, m.net_fen, m.released_fen,
              m.fen, c.lines, c.net_fen, c.released_fen, c.clawed_back_fen)
  FROM months m LEFT JOIN commission_month c USING (books, promoter_id, month)
 WHERE (m.lines, m.net_fen, m.released_fen, m.fen)
       IS DISTINCT FROM (c.lines, c.net_fen, c.released_fen, c.released_fen - c.clawed_back_fen)
