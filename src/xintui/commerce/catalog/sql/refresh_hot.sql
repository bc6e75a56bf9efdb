-- Units sold less units that came back since %(since)s: what "热卖" and the default order go by.
WITH moved AS (
  SELECT s.merchant_id, s.product_id, greatest(sum(CASE m.kind WHEN 'sell' THEN m.qty ELSE -m.qty END), 0)::bigint AS qty
    FROM catalog_stock_move m
    JOIN catalog_sku s ON s.id = m.sku_id AND s.merchant_id = m.merchant_id
   WHERE m.at >= %(since)s AND m.kind IN ('sell', 'restock')
   GROUP BY s.merchant_id, s.product_id
)
UPDATE catalog_product p
   SET hot_qty = coalesce(t.qty, 0)
  FROM catalog_product q
  LEFT JOIN moved t ON t.product_id = q.id AND t.merchant_id = q.merchant_id
 WHERE p.id = q.id AND p.merchant_id = q.merchant_id AND q.hot_qty <> coalesce(t.qty, 0)
