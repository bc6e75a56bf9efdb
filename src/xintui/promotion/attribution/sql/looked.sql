-- Clicks of a stretch of time by promoter, shop, product (empty: a link to a shop or the first page) and channel;
-- `material`: whether any of them was on a link made with a material of the library.
CREATE FUNCTION attribution_looked(p_since timestamptz, p_until timestamptz)
RETURNS TABLE (promoter_id text, merchant_id text, product_id text, channel text, material boolean, clicks bigint)
LANGUAGE sql STABLE AS $$
  SELECT t.promoter_id::text, t.merchant_id::text, CASE l.target_kind WHEN 'product' THEN l.target_id ELSE '' END::text,
         t.channel::text, bool_or(l.material_id <> ''), count(*)
    FROM attribution_touch t JOIN attribution_link l ON l.id = t.link_id
   WHERE t.at >= p_since AND t.at < p_until
   GROUP BY 1, 2, 3, 4
$$;
