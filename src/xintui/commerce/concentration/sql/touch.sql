-- The lines that live cases are about, from each case's first day on; what is known of them already is brought up to date.
-- A case about a promoter looks at every shop, the others at their own.
WITH live AS MATERIALIZED (
  SELECT id, about, merchant_id, subject_id, detail, since::timestamp AT TIME ZONE 'Asia/Shanghai' AS since
    FROM concentration_case WHERE state IN ('open', 'confirmed')
), shops AS (
  SELECT m.merchant_id, min(c.since) AS since
    FROM merchants_facts m JOIN live c ON c.merchant_id IN (m.merchant_id, '')
   GROUP BY 1
), touched AS (
  SELECT c.id AS case_id, s.merchant_id, l.*
    FROM shops s
   CROSS JOIN LATERAL orders_lines_between(s.merchant_id, s.since, %(until)s) l
    JOIN live c ON l.paid_at >= c.since AND c.merchant_id IN (s.merchant_id, '')
     AND CASE c.about WHEN 'promoter' THEN l.promoter_id = c.subject_id
                      WHEN 'shop' THEN true
                      WHEN 'region' THEN l.province = c.detail
                      ELSE l.product_id = c.subject_id END
), written AS (
  INSERT INTO concentration_line AS k (merchant_id, case_id, order_id, line_id, product_id, promoter_id, paid_at, reason, added_at)
  SELECT merchant_id, case_id, order_id, line_id, product_id, promoter_id, paid_at, reason, %(until)s
    FROM touched ORDER BY case_id, order_id, line_id
  ON CONFLICT (merchant_id, case_id, order_id, line_id) DO UPDATE SET reason = excluded.reason
   WHERE k.reason <> excluded.reason
  RETURNING case_id, added_at
)
SELECT case_id, count(*) FILTER (WHERE added_at = %(until)s)::int AS added FROM written GROUP BY 1 ORDER BY 1
