-- Something happened to these orders: the day of it, and the days they were placed and paid on, are counted again.
INSERT INTO analytics_stale (merchant_id, day)
SELECT DISTINCT e.merchant_id, d.day
  FROM unnest(%(orders)s::text[], %(merchants)s::text[], %(days)s::date[]) AS e (order_id, merchant_id, day)
  JOIN orders_facts f ON f.order_id = e.order_id AND f.merchant_id = e.merchant_id
 CROSS JOIN LATERAL (VALUES (e.day), (f.placed_on), (f.paid_on)) AS d (day)
 WHERE d.day IS NOT NULL
 ORDER BY 1, 2
ON CONFLICT DO NOTHING
