-- Orders that nobody announces: those that became late between two days.
INSERT INTO quality_stale (merchant_id, day)
SELECT DISTINCT m.merchant_id, (l.late_at AT TIME ZONE 'Asia/Shanghai')::date
  FROM merchants_facts m
 CROSS JOIN LATERAL orders_late_between(m.merchant_id, %(since)s, %(until)s, %(late_days)s) l
 ORDER BY 1, 2
ON CONFLICT DO NOTHING
