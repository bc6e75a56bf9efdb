-- Every day on which anything ever happened in a shop, and every day that has figures now.
INSERT INTO analytics_stale (merchant_id, day)
SELECT merchant_id, placed_on FROM orders_facts
UNION
SELECT merchant_id, paid_on FROM orders_facts WHERE paid_on IS NOT NULL
UNION
SELECT m.merchant_id, (r.settled_at AT TIME ZONE 'Asia/Shanghai')::date
  FROM merchants_facts m CROSS JOIN LATERAL orders_refunded_between(m.merchant_id, '-infinity', 'infinity') r
UNION
SELECT merchant_id, day FROM analytics_daily WHERE part <> 'click'
 ORDER BY 1, 2
ON CONFLICT DO NOTHING
