-- Something happened to these orders: the day of it, and the day the goods were received, are counted again.
INSERT INTO quality_stale (merchant_id, day)
SELECT DISTINCT e.merchant_id, d.day
  FROM unnest(%(orders)s::text[], %(merchants)s::text[], %(days)s::date[]) AS e (order_id, merchant_id, day)
  LEFT JOIN orders_facts f ON f.order_id = e.order_id AND f.merchant_id = e.merchant_id
 CROSS JOIN LATERAL (VALUES (e.day), ((f.received_at AT TIME ZONE 'Asia/Shanghai')::date)) AS d (day)
 WHERE d.day IS NOT NULL
 ORDER BY 1, 2
ON CONFLICT DO NOTHING
