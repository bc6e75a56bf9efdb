-- Published: what these SKUs cost, whether they can be bought and how they may be sent back, at this instant.
-- Unknown SKUs are left out. (Migration 0002 replaces the function of 0001, which knew nothing of returns, nor of goods
-- whose shop lacks a paper.)
DROP FUNCTION IF EXISTS catalog_quote(text[]);
CREATE FUNCTION catalog_quote(p_skus text[])
RETURNS TABLE (sku_id text, merchant_id text, product_id text, title text, spec text, picture text, category text,
               price_fen bigint, available_qty bigint, on_sale boolean, return_class text)
LANGUAGE sql STABLE AS $$
  SELECT s.id, s.merchant_id, p.id, p.title, s.spec, coalesce(p.pictures ->> 0, ''), p.category, s.price_fen,
         k.total_qty - k.reserved_qty - k.sold_qty, s.active AND p.state = 'on_shelf' AND NOT p.barred, p.return_class
    FROM catalog_sku s
    JOIN catalog_product p ON p.id = s.product_id AND p.merchant_id = s.merchant_id
    JOIN catalog_stock k ON k.sku_id = s.id AND k.merchant_id = s.merchant_id
   WHERE s.id = ANY (p_skus)
$$;
