-- The lines of a shop's orders received in a stretch of time; `returned`: what was asked for after receipt (goods sent
-- back, an exchange, money alone) has been granted and is done. All plain selects, carried by indexes.
CREATE FUNCTION orders_received_between(p_merchant text, p_since timestamptz, p_until timestamptz)
RETURNS TABLE (order_id text, line_id text, product_id text, paid_at timestamptz, received_at timestamptz,
               returned boolean)
LANGUAGE sql STABLE AS $$
  SELECT o.id, l.id, l.product_id, o.paid_at, o.received_at,
         EXISTS (SELECT FROM orders_aftersale s
                   JOIN orders_aftersale_line a ON a.aftersale_id = s.id AND a.merchant_id = s.merchant_id
                  WHERE s.order_id = o.id AND s.merchant_id = o.merchant_id AND a.line_id = l.id
                    AND s.applied_at >= o.received_at AND s.state IN ('refunded', 'exchanged'))
    FROM orders_order o JOIN orders_line l ON l.order_id = o.id AND l.merchant_id = o.merchant_id
   WHERE o.merchant_id = p_merchant AND o.received_at >= p_since AND o.received_at < p_until
$$;

-- The lines that buyers asked something for after receipt, by the time they asked.
CREATE FUNCTION orders_asked_between(p_merchant text, p_since timestamptz, p_until timestamptz)
RETURNS TABLE (aftersale_id text, applied_at timestamptz, product_id text)
LANGUAGE sql STABLE AS $$
  SELECT s.id, s.applied_at, l.product_id
    FROM orders_aftersale s
    JOIN orders_order o ON o.id = s.order_id AND o.merchant_id = s.merchant_id
    JOIN orders_aftersale_line a ON a.aftersale_id = s.id AND a.merchant_id = s.merchant_id
    JOIN orders_line l ON l.order_id = s.order_id AND l.id = a.line_id AND l.merchant_id = s.merchant_id
   WHERE s.merchant_id = p_merchant AND s.applied_at >= p_since AND s.applied_at < p_until
     AND s.applied_at >= o.received_at
$$;

-- The lines that became late in a stretch of time: so many days after payment nobody had received them.
CREATE FUNCTION orders_late_between(p_merchant text, p_since timestamptz, p_until timestamptz, p_days integer)
RETURNS TABLE (order_id text, late_at timestamptz, product_id text)
LANGUAGE sql STABLE AS $$
  SELECT o.id, o.paid_at + make_interval(days => p_days), l.product_id
    FROM orders_order o JOIN orders_line l ON l.order_id = o.id AND l.merchant_id = o.merchant_id
   WHERE o.merchant_id = p_merchant AND o.paid_at >= p_since - make_interval(days => p_days)
     AND o.paid_at < p_until - make_interval(days => p_days)
     AND (o.received_at IS NULL OR o.received_at > o.paid_at + make_interval(days => p_days))
$$;
