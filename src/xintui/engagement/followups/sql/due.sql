-- What happened in a stretch of time that a plan waits for: a row per promoter and customer, of what is not given back.
-- Whole pairs are summed up once and hashed, so a promoter with many customers costs no more than many with few.
CREATE FUNCTION followups_due(p_trigger text, p_since timestamptz, p_until timestamptz)
RETURNS TABLE (promoter_id text, buyer_id text, order_id text, product_id text, occurred_at timestamptz)
LANGUAGE sql STABLE AS $$
  WITH bought AS (
    SELECT f.promoter_id, f.buyer_id, f.order_id, min(f.paid_at) AS paid_at, max(o.received_at) AS received_at,
           (array_agg(f.product_id ORDER BY f.net_fen DESC, f.line_id))[1] AS product_id
      FROM commission_facts f
      LEFT JOIN orders_facts o ON p_trigger = 'received' AND o.order_id = f.order_id AND o.merchant_id = f.merchant_id
     WHERE f.net_fen > 0
       AND CASE WHEN p_trigger = 'received' THEN o.received_at ELSE f.paid_at END >= p_since
       AND CASE WHEN p_trigger = 'received' THEN o.received_at ELSE f.paid_at END < p_until
     GROUP BY f.promoter_id, f.buyer_id, f.order_id
  ), pair AS (
    SELECT f.promoter_id, f.buyer_id, min(f.paid_at) AS first_at, max(f.paid_at) AS last_at
      FROM commission_facts f
     WHERE f.net_fen > 0 AND (f.promoter_id, f.buyer_id) IN (SELECT b.promoter_id, b.buyer_id FROM bought b)
     GROUP BY f.promoter_id, f.buyer_id
  )
  SELECT DISTINCT ON (b.promoter_id, b.buyer_id) b.promoter_id, b.buyer_id, b.order_id, b.product_id,
         CASE WHEN p_trigger = 'received' THEN b.received_at ELSE b.paid_at END
    FROM bought b JOIN pair p USING (promoter_id, buyer_id)
   WHERE CASE p_trigger WHEN 'first' THEN b.paid_at = p.first_at WHEN 'idle' THEN b.paid_at = p.last_at ELSE true END
   ORDER BY b.promoter_id, b.buyer_id, b.received_at DESC NULLS LAST, b.order_id
$$;
