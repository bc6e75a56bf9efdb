-- The distinct facts that decide a rule among the lines of a window: only the keys that one of the plans looks at.
SELECT DISTINCT
       CASE WHEN 'merchant_id'  = ANY (%(keys)s) THEN merchant_id  ELSE '' END AS merchant_id,
       CASE WHEN 'category'     = ANY (%(keys)s) THEN category     ELSE '' END AS category,
       CASE WHEN 'product_id'   = ANY (%(keys)s) THEN product_id   ELSE '' END AS product_id,
       CASE WHEN 'sku_id'       = ANY (%(keys)s) THEN sku_id       ELSE '' END AS sku_id,
       CASE WHEN 'promoter_id'  = ANY (%(keys)s) THEN promoter_id  ELSE '' END AS promoter_id
  FROM commission_line
 WHERE books = %(books)s AND promoter_id <> '' AND promoter_id <> buyer_id
   AND paid_at >= %(since)s AND paid_at < %(until)s
