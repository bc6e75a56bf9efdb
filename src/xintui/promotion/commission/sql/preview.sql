-- The lines of a window earned again under two plans, by promoter and by merchant. Rules were chosen in `rules.choose`.
WITH chosen AS (
  SELECT * FROM unnest(%(merchants)s::text[], %(categories)s::text[], %(products)s::text[], %(skus)s::text[],
                       %(promoters)s::text[], %(now_rates)s::int[], %(now_caps)s::bigint[], %(then_rates)s::int[], %(then_caps)s::bigint[])
    AS c(merchant_id, category, product_id, sku_id, promoter_id, now_bp, now_cap, then_bp, then_cap)
), priced AS (
  SELECT l.promoter_id, l.merchant_id, l.paid_fen - l.refunded_fen AS net_fen,
         commission_target(l.paid_fen - l.refunded_fen, c.now_bp, c.now_cap) AS now_fen,
         commission_target(l.paid_fen - l.refunded_fen, c.then_bp, c.then_cap) AS then_fen
    FROM commission_line l
    JOIN chosen c
      ON c.merchant_id = CASE WHEN 'merchant_id' = ANY (%(keys)s) THEN l.merchant_id ELSE '' END
     AND c.category = CASE WHEN 'category' = ANY (%(keys)s) THEN l.category ELSE '' END
     AND c.product_id = CASE WHEN 'product_id' = ANY (%(keys)s) THEN l.product_id ELSE '' END
     AND c.sku_id = CASE WHEN 'sku_id' = ANY (%(keys)s) THEN l.sku_id ELSE '' END
     AND c.promoter_id = CASE WHEN 'promoter_id' = ANY (%(keys)s) THEN l.promoter_id ELSE '' END
   WHERE l.books = %(books)s AND l.promoter_id <> '' AND l.promoter_id <> l.buyer_id
     AND l.paid_at >= %(since)s AND l.paid_at < %(until)s
), summed AS (
  SELECT promoter_id, merchant_id, count(*) AS lines, sum(net_fen)::bigint AS net_fen, sum(now_fen)::bigint AS now_fen,
         sum(then_fen)::bigint AS then_fen, count(*) FILTER (WHERE then_fen > now_fen) AS better_lines,
         count(*) FILTER (WHERE then_fen < now_fen) AS worse_lines
    FROM priced GROUP BY GROUPING SETS ((promoter_id), (merchant_id))
)
SELECT promoter_id IS NOT NULL AS earns, coalesce(promoter_id, merchant_id) AS id, lines, net_fen, now_fen, then_fen,
       better_lines, worse_lines,
       CASE WHEN promoter_id IS NULL THEN 0 ELSE commission_bonus(net_fen, %(now_tiers)s::jsonb) END AS now_bonus_fen,
       CASE WHEN promoter_id IS NULL THEN 0 ELSE commission_bonus(net_fen, %(then_tiers)s::jsonb) END AS then_bonus_fen
  FROM summed
