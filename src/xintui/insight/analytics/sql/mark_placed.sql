-- Orders placed since then: nobody announces those, so each shop's newest are looked up in its index.
INSERT INTO analytics_stale (merchant_id, day)
SELECT DISTINCT m.merchant_id, (o.placed_at AT TIME ZONE 'Asia/Shanghai')::date
  FROM merchants_facts m
 CROSS JOIN LATERAL orders_placed_between(m.merchant_id, %(since)s, 'infinity') o
 ORDER BY 1, 2
ON CONFLICT DO NOTHING
