-- The distinct facts that decide a rule: only the keys that some rule of some plan looks at.
SELECT DISTINCT coalesce(%(version)s, p.version) AS plan_version,
       CASE WHEN 'merchant_id'    = ANY (%(keys)s) THEN s.merchant_id    ELSE '' END AS merchant_id,
       CASE WHEN 'category'       = ANY (%(keys)s) THEN s.category       ELSE '' END AS category,
       CASE WHEN 'product_id'     = ANY (%(keys)s) THEN s.product_id     ELSE '' END AS product_id,
       CASE WHEN 'sku_id'         = ANY (%(keys)s) THEN s.sku_id         ELSE '' END AS sku_id,
       CASE WHEN 'promoter_id'    = ANY (%(keys)s) THEN s.promoter_id    ELSE '' END AS promoter_id,
       CASE WHEN 'promoter_level' = ANY (%(keys)s) THEN s.promoter_level ELSE '' END AS promoter_level
  FROM commission_in_sale s
  LEFT JOIN LATERAL (
    SELECT version FROM commission_plan
     WHERE %(version)s::text IS NULL AND books = %(books)s AND in_force_from <= s.paid_at
     ORDER BY in_force_from DESC LIMIT 1
  ) p ON true
 WHERE s.promoter_id <> ''
