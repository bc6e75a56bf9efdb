-- A promoter's customers: each buyer once, under the number of the first order she brought. Her own purchases are none.
-- `rank` is what the list is ordered by, as one number; the last page's rank and number lead to the next.
WITH line AS (
  SELECT buyer_id, order_id, paid_at, paid_fen - refunded_fen AS net_fen,
         commission_target(paid_fen - refunded_fen, rate_bp, cap_fen) AS commission_fen
    FROM commission_line
   WHERE books = 'shop' AND promoter_id = %(promoter_id)s AND buyer_id <> promoter_id
     AND (NOT %(narrowed)s OR buyer_id = ANY(%(buyers)s::text[]))
), customer AS (
  SELECT buyer_id, min(order_id) AS id, count(DISTINCT order_id)::int AS orders, sum(net_fen)::bigint AS net_fen,
         sum(commission_fen)::bigint AS commission_fen, min(paid_at) AS first_at, max(paid_at) AS last_at
    FROM line GROUP BY buyer_id
), ranked AS (
  SELECT *, CASE %(sort)s WHEN 'net' THEN net_fen WHEN 'orders' THEN orders
                          ELSE (extract(epoch FROM last_at) * 1000000)::bigint END AS rank
    FROM customer
   WHERE last_at >= %(since)s AND last_at < %(until)s
)
SELECT * FROM ranked
 WHERE %(after_id)s = '' OR (rank, id) < (%(after_rank)s, %(after_id)s)
 ORDER BY rank DESC, id DESC
 LIMIT %(limit)s
