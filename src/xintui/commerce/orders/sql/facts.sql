-- What other modules' statements may read about orders. security_invoker: the reader's row-level security counts.
CREATE VIEW orders_facts WITH (security_invoker = true) AS
SELECT id AS order_id, merchant_id, state, placed_at, paid_at, received_at, total_fen, refunded_fen,
       (placed_at AT TIME ZONE 'Asia/Shanghai')::date AS placed_on,
       (paid_at AT TIME ZONE 'Asia/Shanghai')::date AS paid_on
  FROM orders_order;

-- A shop's orders placed in a stretch of time, and how far each has come: paid, received, not wholly given back since.
-- The three functions are plain selects: the planner looks through them, and the indexes below carry them.
CREATE FUNCTION orders_placed_between(p_merchant text, p_since timestamptz, p_until timestamptz)
RETURNS TABLE (order_id text, placed_at timestamptz, attribution_id text, bought boolean, received boolean, kept boolean)
LANGUAGE sql STABLE AS $$
  SELECT o.id, o.placed_at, l.attribution_id, o.paid_at IS NOT NULL, o.received_at IS NOT NULL,
         o.received_at IS NOT NULL AND o.total_fen > o.refunded_fen
    FROM orders_order o JOIN orders_line l ON l.order_id = o.id AND l.no = 1 AND l.merchant_id = o.merchant_id
   WHERE o.merchant_id = p_merchant AND o.placed_at >= p_since AND o.placed_at < p_until
$$;

-- The lines of a shop's orders paid in a stretch of time. The freight stands once, on the first line.
-- `province`: the first two characters of the region, which tell the 34 provinces apart.
CREATE FUNCTION orders_paid_between(p_merchant text, p_since timestamptz, p_until timestamptz)
RETURNS TABLE (order_id text, paid_at timestamptz, product_id text, promoter_id text, attribution_id text, province text,
               qty integer, paid_fen bigint, freight_fen bigint)
LANGUAGE sql STABLE AS $$
  SELECT o.id, o.paid_at, l.product_id, l.promoter_id, l.attribution_id, left(o.address ->> 'region', 2), l.qty,
         l.paid_fen, CASE WHEN l.no = 1 THEN o.freight_fen ELSE 0 END
    FROM orders_order o JOIN orders_line l ON l.order_id = o.id AND l.merchant_id = o.merchant_id
   WHERE o.merchant_id = p_merchant AND o.paid_at >= p_since AND o.paid_at < p_until
$$;

-- What a shop gave back in a stretch of time, by the day the money was back: a row per line, and one for freight
-- (without a product and without a promoter: nobody earns on freight).
CREATE FUNCTION orders_refunded_between(p_merchant text, p_since timestamptz, p_until timestamptz)
RETURNS TABLE (aftersale_id text, settled_at timestamptz, product_id text, promoter_id text, attribution_id text,
               province text, fen bigint)
LANGUAGE sql STABLE AS $$
  SELECT s.id, s.settled_at, l.product_id, l.promoter_id, l.attribution_id, left(o.address ->> 'region', 2), a.fen
    FROM orders_aftersale s
    JOIN orders_order o ON o.id = s.order_id AND o.merchant_id = s.merchant_id
    JOIN orders_aftersale_line a ON a.aftersale_id = s.id AND a.merchant_id = s.merchant_id
    JOIN orders_line l ON l.order_id = s.order_id AND l.id = a.line_id AND l.merchant_id = s.merchant_id
   WHERE s.merchant_id = p_merchant AND s.settled_at >= p_since AND s.settled_at < p_until AND s.state = 'refunded'
  UNION ALL
  SELECT s.id, s.settled_at, '', '', l.attribution_id, left(o.address ->> 'region', 2), s.freight_fen
    FROM orders_aftersale s
    JOIN orders_order o ON o.id = s.order_id AND o.merchant_id = s.merchant_id
    JOIN orders_line l ON l.order_id = s.order_id AND l.no = 1 AND l.merchant_id = s.merchant_id
   WHERE s.merchant_id = p_merchant AND s.settled_at >= p_since AND s.settled_at < p_until AND s.state = 'refunded'
     AND s.freight_fen > 0
$$;
