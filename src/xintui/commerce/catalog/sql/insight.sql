-- How goods present themselves and how many are there now, for whoever compares them. Plain selects.
CREATE FUNCTION catalog_shown()
RETURNS TABLE (product_id text, merchant_id text, category text, price_fen bigint, pictures integer, words integer,
               created_on date, on_sale boolean, on_hand bigint)
LANGUAGE sql STABLE AS $$
  SELECT p.id, p.merchant_id, p.category, p.price_from_fen, jsonb_array_length(p.pictures), char_length(p.description),
         (p.created_at AT TIME ZONE 'Asia/Shanghai')::date, p.state = 'on_shelf' AND p.shop_open,
         coalesce((SELECT sum(k.total_qty - k.sold_qty)
                     FROM catalog_sku s JOIN catalog_stock k ON k.sku_id = s.id AND k.merchant_id = s.merchant_id
                    WHERE s.product_id = p.id AND s.merchant_id = p.merchant_id), 0)::bigint
    FROM catalog_product p
$$;

-- What changed in goods' stock day by day, and what of it was sold (less what came back). What is only reserved is there.
CREATE FUNCTION catalog_stock_between(p_since timestamptz, p_until timestamptz)
RETURNS TABLE (merchant_id text, product_id text, day date, change bigint, sold bigint)
LANGUAGE sql STABLE AS $$
  SELECT s.merchant_id, s.product_id, (m.at AT TIME ZONE 'Asia/Shanghai')::date,
         sum(CASE m.kind WHEN 'sell' THEN -m.qty ELSE m.qty END)::bigint,
         coalesce(sum(CASE m.kind WHEN 'sell' THEN m.qty ELSE -m.qty END) FILTER (WHERE m.kind <> 'adjust'), 0)::bigint
    FROM catalog_stock_move m JOIN catalog_sku s ON s.id = m.sku_id AND s.merchant_id = m.merchant_id
   WHERE m.at >= p_since AND m.at < p_until AND m.kind IN ('sell', 'restock', 'adjust')
   GROUP BY 1, 2, 3
$$;
