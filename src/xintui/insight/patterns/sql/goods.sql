-- Each product that is on sale or was sold: how it presents itself, and how it did in the window. One statement.
WITH paid AS (
  SELECT l.product_id, sum(l.paid_fen)::bigint AS fen,
         count(DISTINCT l.order_id) FILTER (WHERE l.promoter_id <> '') AS orders
    FROM merchants_facts m CROSS JOIN LATERAL orders_paid_between(m.merchant_id, %(since)s, %(until)s) l GROUP BY 1
), back AS (
  SELECT l.product_id, sum(l.fen)::bigint AS fen
    FROM merchants_facts m CROSS JOIN LATERAL orders_refunded_between(m.merchant_id, %(since)s, %(until)s) l GROUP BY 1
), looked AS (
  SELECT product_id, sum(clicks)::bigint AS clicks FROM attribution_looked(%(since)s, %(until)s) GROUP BY 1
), said AS (
  SELECT r.product_id, count(*)::int AS reviews, (avg(r.stars) * 100)::int AS stars
    FROM merchants_facts m CROSS JOIN LATERAL reviews_written_between(m.merchant_id, '-infinity', %(until)s) r GROUP BY 1
), rated AS (
  SELECT product_id, avg(rate_bp)::int AS rate FROM commission_facts WHERE paid_at >= %(since)s GROUP BY 1
), came AS (
  SELECT l.product_id, (extract(epoch FROM avg(l.received_at - l.paid_at)) / 3600)::int AS hours
    FROM merchants_facts m CROSS JOIN LATERAL orders_received_between(m.merchant_id, %(since)s, %(until)s) l GROUP BY 1
)
SELECT g.product_id, g.merchant_id, g.category, g.price_fen, g.pictures, g.words, coalesce(k.clicks, 0) AS clicks,
       coalesce(p.orders, 0) AS orders, coalesce(p.fen, 0) - coalesce(b.fen, 0) AS net_fen,
       coalesce(s.reviews, 0) AS reviews, s.stars, r.rate, c.hours
  FROM catalog_shown() g
  LEFT JOIN paid p USING (product_id) LEFT JOIN back b USING (product_id) LEFT JOIN looked k USING (product_id)
  LEFT JOIN said s USING (product_id) LEFT JOIN rated r USING (product_id) LEFT JOIN came c USING (product_id)
 WHERE g.on_sale OR p.product_id IS NOT NULL
 ORDER BY g.product_id
