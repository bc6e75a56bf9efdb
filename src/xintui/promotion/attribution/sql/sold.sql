-- What promoters ever brought, and what of it since a moment; own purchases count nothing. Who never sold has no row.
CREATE FUNCTION attribution_sold(p_promoters text[], p_since timestamptz)
RETURNS TABLE (promoter_id text, orders bigint, net_fen bigint)
LANGUAGE sql STABLE AS $$
  SELECT s.promoter_id::text, count(*) FILTER (WHERE s.at >= p_since AND s.reason LIKE 'paid/%'),
         coalesce(sum(s.fen) FILTER (WHERE s.at >= p_since), 0)::bigint
    FROM attribution_sale s WHERE s.promoter_id = ANY (p_promoters) AND NOT s.self_purchase GROUP BY 1
$$;
