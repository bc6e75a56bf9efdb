-- The distinct facts that decide a rule: only the keys that some rule of some plan looks at.
WITH plans AS (
  SELECT version, in_force_from AS since, lead(in_force_from) OVER (ORDER BY in_force_from) AS until
    FROM commission_plan WHERE %(version)s::text IS NULL AND books = %(books)s
)
SELECT DISTINCT coalesce(%(version)s, p.version) AS plan_version,
       CASE WHEN 'merchant_id'    = ANY (%(keys)s) THEN s.merchant_id    ELSE '' END AS merchant_id,
       CASE WHEN 'category'       = ANY (%(keys)s) THEN s.category       ELSE '' END AS category,
       CASE WHEN 'product_id'     = ANY (%(keys)s) THEN s.product_id     ELSE '' END AS product_id,
       CASE WHEN 'sku_id'         = ANY (%(keys)s) THEN s.sku_id         ELSE '' END AS sku_id,
       CASE WHEN 'promoter_id'    = ANY (%(keys)s) THEN s.promoter_id    ELSE '' END AS promoter_id,
       CASE WHEN 'promoter_level' = ANY (%(keys)s) THEN s.promoter_level ELSE '' END AS promoter_level
  FROM commission_in_sale s
  LEFT JOIN plans p ON s.paid_at >= p.since AND (s.paid_at < p.until OR p.until IS NULL)
 WHERE s.promoter_id <> ''
