-- What was paid since a day, and what of it came to after-sales: lines that are alike are one row.
SELECT m.merchant_id, l.product_id, l.category, l.promoter_id, l.province, l.no = 1 AS first, l.reason, l.asked,
       count(*)::int AS lines
  FROM merchants_facts m CROSS JOIN LATERAL orders_lines_between(m.merchant_id, %(since)s, %(until)s) l
 GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
