-- Every line recomputed from its facts, against the counters, the schedule and the ledger. No rows: nothing is wrong.
WITH lines AS (
  SELECT l.books, l.promoter_id, b.currency, commission_target(paid_fen - refunded_fen, rate_bp, cap_fen) AS fen,
         commission_target(paid_fen - refunded_early_fen, rate_bp, cap_fen) AS released_fen,
         paid_fen - refunded_fen AS net_fen, to_char(release_at AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM') AS month,
         release_at IS NOT NULL AND CASE WHEN l.late THEN l.epoch < b.epoch
                                         ELSE l.release_at <= coalesce(b.watermark, '-infinity'::timestamptz) END AS released
    FROM commission_line l JOIN commission_books b USING (books)
   WHERE l.promoter_id <> '' AND l.promoter_id <> l.buyer_id AND (%(books)s::text IS NULL OR l.books = %(books)s)
), pending AS (
  SELECT books, promoter_id, currency, coalesce(sum(fen) FILTER (WHERE NOT released), 0)::bigint AS fen
    FROM lines GROUP BY 1, 2, 3
), months AS (
  SELECT books, promoter_id, month, count(*) AS lines, sum(net_fen)::bigint AS net_fen,
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
