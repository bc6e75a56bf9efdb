-- Every day on which anything ever happened to a shop's goods, and every day that is counted now.
INSERT INTO quality_stale (merchant_id, day)
SELECT merchant_id, paid_on FROM orders_facts WHERE paid_on IS NOT NULL
UNION
SELECT merchant_id, (received_at AT TIME ZONE 'Asia/Shanghai')::date FROM orders_facts WHERE received_at IS NOT NULL
UNION
SELECT m.merchant_id, (a.applied_at AT TIME ZONE 'Asia/Shanghai')::date
  FROM merchants_facts m CROSS JOIN LATERAL orders_asked_between(m.merchant_id, '-infinity', 'infinity') a
UNION
SELECT m.merchant_id, (l.late_at AT TIME ZONE 'Asia/Shanghai')::date
  FROM merchants_facts m CROSS JOIN LATERAL orders_late_between(m.merchant_id, '-infinity', %(now)s, %(late_days)s) l
UNION
SELECT m.merchant_id, (r.written_at AT TIME ZONE 'Asia/Shanghai')::date
  FROM merchants_facts m CROSS JOIN LATERAL reviews_written_between(m.merchant_id, '-infinity', 'infinity') r
UNION
SELECT merchant_id, day FROM quality_daily
 ORDER BY 1, 2
ON CONFLICT DO NOTHING
