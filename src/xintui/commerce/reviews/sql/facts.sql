-- A shop's reviews of a stretch of time that everybody may read. A plain select: the index below carries it.
CREATE FUNCTION reviews_written_between(p_merchant text, p_since timestamptz, p_until timestamptz)
RETURNS TABLE (review_id text, product_id text, stars smallint, written_at timestamptz)
LANGUAGE sql STABLE AS $$
  SELECT r.id, r.product_id, r.stars, r.written_at
    FROM reviews_review r
   WHERE r.merchant_id = p_merchant AND r.written_at >= p_since AND r.written_at < p_until AND NOT r.hidden
$$;
