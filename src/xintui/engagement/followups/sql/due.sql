-- What happened in a stretch of time that a plan waits for: a row per promoter and customer, of what is not given back.
-- First and last purchase come from one pass over the lines: no join whose size the planner would have to guess.
CREATE FUNCTION followups_due(p_trigger text, p_since timestamptz, p_until timestamptz)
RETURNS TABLE (promoter_id text, buyer_id text, order_id text, product_id text, occurred_at timestamptz)
LANGUAGE sql STABLE AS $$
  WITH line AS (
    SELECT f.*, o.received_at, min(f.paid_at) OVER pair AS first_at, max(f.paid_at) OVER pair AS last_at
      FROM commission_facts f
      LEFT JOIN orders_facts o ON p_trigger = 'after_receipt' AND o.order_id = f.order_id AND o.merchant_id = f.merchant_id
                              AND o.received_at >= p_since AND o.received_at < p_until
     WHERE f.net_fen > 0 AND (p_trigger <> 'after_receipt' OR o.received_at IS NOT NULL)
    WINDOW pair AS (PARTITION BY f.promoter_id, f.buyer_id)
  ), occasion AS (
    SELECT l.*, CASE p_trigger WHEN 'after_receipt' THEN l.received_at ELSE l.paid_at END AS at
      FROM line l
     WHERE CASE p_trigger WHEN 'first_purchase' THEN l.paid_at = l.first_at WHEN 'no_purchase' THEN l.paid_at = l.last_at ELSE true END
  )
  SELECT DISTINCT ON (a.promoter_id, a.buyer_id) a.promoter_id, a.buyer_id, a.order_id, a.product_id, a.at
    FROM occasion a
   WHERE a.at >= p_since AND a.at < p_until
   ORDER BY a.promoter_id, a.buyer_id, a.at DESC, a.order_id, a.net_fen DESC, a.line_id
$$;
