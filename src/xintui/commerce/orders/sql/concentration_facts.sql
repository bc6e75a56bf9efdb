-- The lines of a shop's orders paid in a stretch of time, each with what after-sales was asked for it for, if any, and
-- whether any was for its order. What a buyer took back himself does not count; what the shop refused does.
CREATE FUNCTION orders_lines_between(p_merchant text, p_since timestamptz, p_until timestamptz)
RETURNS TABLE (order_id text, line_id text, no smallint, product_id text, category text, promoter_id text, province text,
               paid_at timestamptz, reason text, asked boolean)
LANGUAGE sql STABLE AS $$
  SELECT o.id, l.id, l.no, l.product_id, l.category, l.promoter_id, coalesce(left(o.address ->> 'region', 2), ''),
         o.paid_at,
         coalesce((SELECT coalesce(nullif(left(s.reason, 40), ''), '未说明')
                     FROM orders_aftersale s
                     JOIN orders_aftersale_line a ON a.aftersale_id = s.id AND a.merchant_id = s.merchant_id
                    WHERE s.order_id = o.id AND s.merchant_id = o.merchant_id AND s.state <> 'cancelled'
                      AND a.line_id = l.id
                    ORDER BY s.applied_at, s.id LIMIT 1), ''),
         EXISTS (SELECT FROM orders_aftersale s
                  WHERE s.order_id = o.id AND s.merchant_id = o.merchant_id AND s.state <> 'cancelled')
    FROM orders_order o JOIN orders_line l ON l.order_id = o.id AND l.merchant_id = o.merchant_id
   WHERE o.merchant_id = p_merchant AND o.paid_at >= p_since AND o.paid_at < p_until
$$;
