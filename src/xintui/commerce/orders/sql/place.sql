-- Split `p_total` by weights so that the parts sum to it: largest remainder, ties to the earlier part.
-- The same rule as kernel.money.split, next to the rows it is needed for (a test compares the two).
CREATE OR REPLACE FUNCTION orders_split(p_total bigint, p_weights bigint[]) RETURNS bigint[] LANGUAGE sql IMMUTABLE AS $$
  WITH w AS (
    SELECT i, p_total::numeric * x AS product, (SELECT sum(y) FROM unnest(p_weights) AS y) AS whole
      FROM unnest(p_weights) WITH ORDINALITY AS t (x, i)
  ), parts AS (
    SELECT i, div(product, whole) AS part, row_number() OVER (ORDER BY product % whole DESC, i) AS rank FROM w
  )
  SELECT array_agg((part + CASE WHEN rank <= p_total - (SELECT sum(part) FROM parts) THEN 1 ELSE 0 END)::bigint ORDER BY i)
    FROM parts
$$;

-- Place checkouts in one call: prices from the catalog, one order per merchant, lines with the attribution as it is
-- now, stock reserved last (the hot rows). One checkout is the call with arrays of one. Per checkout it answers 'placed' ·
-- 'repeated' (same id, same content) · 'different' (other content). All or nothing: refuses with SQLSTATE XT001, and
-- whoever asked for many asks again one by one. The first arrays have an entry per checkout, those from `p_of` (which
-- checkout, from 1) on an entry per item. `p_confirmed`: whether the buyer has confirmed that it cannot be sent back
-- without a reason. (Migration 0005 replaces the function that placed one,
-- 0007 leaves out of a referral what is not promoted at present.)
CREATE OR REPLACE FUNCTION orders_place(p_checkouts text[], p_buyers text[], p_digests text[], p_referrals jsonb[],
                             p_buyer_promoters text[], p_addresses jsonb[], p_notes text[], p_nows timestamptz[],
                             p_expires timestamptz[], p_of integer[], p_skus text[], p_qtys integer[], p_orders text[],
                             p_confirmed boolean[])
RETURNS text[] LANGUAGE plpgsql AS $$
DECLARE
  v_new text[];
  v_merchants text[];
  v_skus text[];
  v_qtys integer[];
  v_reasons text[];
  v_at timestamptz[];
  v_asked integer;
  v_missing text;
BEGIN
  WITH fresh AS (
    INSERT INTO orders_checkout (id, buyer_id, digest, state, currency, total_fen, payment_id, closing, placed_at, expires_at)
    SELECT id, buyer, digest, 'placed', 'CNY', 0, '', false, at, expires
      FROM unnest(p_checkouts, p_buyers, p_digests, p_nows, p_expires) AS c (id, buyer, digest, at, expires)
     ORDER BY id
    ON CONFLICT (id) DO NOTHING
    RETURNING id
  )
  SELECT coalesce(array_agg(id), '{}') INTO v_new FROM fresh;

  WITH asked AS (
    SELECT c.*, i.sku_id, i.qty, i.confirmed, i.pos, min(i.pos) OVER (PARTITION BY i.of_no) AS first_pos
      FROM unnest(p_of, p_skus, p_qtys, p_confirmed) WITH ORDINALITY AS i (of_no, sku_id, qty, confirmed, pos)
      JOIN unnest(p_checkouts, p_buyers, p_referrals, p_buyer_promoters, p_addresses, p_notes, p_nows) WITH ORDINALITY
           AS c (checkout_id, buyer_id, referrals, buyer_promoter, address, note, at, no) ON c.no = i.of_no
     WHERE c.checkout_id = ANY (v_new)
  ), priced AS MATERIALIZED (
    SELECT a.*, q.merchant_id, q.product_id, q.title, q.spec, q.picture, q.category, q.price_fen, q.return_class,
           q.price_fen * a.qty AS list_fen, m.freight_fen, m.free_freight_from_fen,
           p_orders[a.first_pos - 1 + dense_rank() OVER (PARTITION BY a.no ORDER BY q.merchant_id)] AS order_id,
           row_number() OVER (PARTITION BY a.no, q.merchant_id ORDER BY a.pos) AS line_no
      FROM asked a
      JOIN catalog_quote((SELECT array_agg(DISTINCT s) FROM unnest(p_skus) AS s)) q ON q.sku_id = a.sku_id AND q.on_sale
      JOIN merchants_facts m ON m.merchant_id = q.merchant_id AND m.trading
  ), summed AS (
    SELECT no, order_id, merchant_id, sum(list_fen)::bigint AS goods_fen, 0::bigint AS discount_fen,
           CASE WHEN max(free_freight_from_fen) > 0 AND sum(list_fen) >= max(free_freight_from_fen) THEN 0
                ELSE max(freight_fen) END AS freight_fen,
           array_agg(list_fen ORDER BY line_no) AS weights
      FROM priced GROUP BY no, order_id, merchant_id
  ), split AS (
    SELECT s.*, CASE WHEN discount_fen = 0 THEN weights ELSE orders_split(goods_fen - discount_fen, weights) END AS paid
      FROM summed s
  ), new_orders AS (
    INSERT INTO orders_order (id, merchant_id, checkout_id, buyer_id, state, currency, goods_fen, discount_fen,
                              freight_fen, total_fen, refund_pending_fen, refunded_fen, refunds, fee_bp, fee_fen,
                              payment_id, address, note, carrier, tracking_no, placed_at)
    SELECT s.order_id, s.merchant_id, c.checkout_id, c.buyer_id, 'placed', 'CNY', s.goods_fen, s.discount_fen,
           s.freight_fen, s.goods_fen - s.discount_fen + s.freight_fen, 0, 0, 0, 0, 0, '', c.address, c.note, '', '', c.at
      FROM split s
      JOIN unnest(p_checkouts, p_buyers, p_addresses, p_notes, p_nows) WITH ORDINALITY
           AS c (checkout_id, buyer_id, address, note, at, no) USING (no)
    RETURNING checkout_id, total_fen
  ), new_lines AS (
    INSERT INTO orders_line (id, merchant_id, order_id, no, product_id, sku_id, title, spec, picture, category, qty,
                             price_fen, paid_fen, refund_pending_fen, refunded_fen, return_qty, promoter_id,
                             attribution_id, buyer_promoter_id, return_class, return_confirmed)
    SELECT p.order_id || lpad(p.line_no::text, 3, '0'), p.merchant_id, p.order_id, p.line_no, p.product_id, p.sku_id,
           p.title, p.spec, p.picture, p.category, p.qty, p.price_fen, s.paid[p.line_no::integer], 0, 0, 0,
           CASE WHEN p.referrals #> ARRAY[p.merchant_id, 'without'] ? p.product_id THEN ''
                ELSE coalesce(p.referrals #>> ARRAY[p.merchant_id, 'promoter_id'], '') END,
           CASE WHEN p.referrals #> ARRAY[p.merchant_id, 'without'] ? p.product_id THEN ''
                ELSE coalesce(p.referrals #>> ARRAY[p.merchant_id, 'attribution_id'], '') END, p.buyer_promoter,
           p.return_class, p.confirmed
      FROM priced p JOIN split s USING (order_id)
  ), new_events AS (
    INSERT INTO orders_event (merchant_id, order_id, verb, says, actor, at)
    SELECT merchant_id, order_id, verb, says, 'buyer', at FROM (
      SELECT s.merchant_id, s.order_id, 1 AS n, 'place' AS verb, '买家提交订单' AS says, p_nows[s.no] AS at FROM split s
      UNION ALL
      SELECT merchant_id, order_id, 2, 'confirm_returns',
             '买家下单时确认不适用七日无理由退货：' || string_agg(title || ' ' || spec, '、' ORDER BY line_no), at
        FROM priced WHERE confirmed GROUP BY merchant_id, order_id, at
    ) AS told ORDER BY order_id, n
  )
  UPDATE orders_checkout k SET total_fen = t.total_fen
    FROM (SELECT checkout_id, sum(total_fen)::bigint AS total_fen FROM new_orders GROUP BY checkout_id) AS t
   WHERE k.id = t.checkout_id;

  SELECT array_agg(l.merchant_id), array_agg(l.sku_id), array_agg(l.qty), array_agg('orders.placed/' || l.order_id),
         array_agg(o.placed_at)
    INTO v_merchants, v_skus, v_qtys, v_reasons, v_at
    FROM orders_order o JOIN orders_line l ON l.order_id = o.id AND l.merchant_id = o.merchant_id
   WHERE o.checkout_id = ANY (v_new);

  SELECT count(*), min(i.sku_id) FILTER (WHERE i.sku_id <> ALL (coalesce(v_skus, '{}'))) INTO v_asked, v_missing
    FROM unnest(p_of, p_skus) AS i (of_no, sku_id) WHERE p_checkouts[i.of_no] = ANY (v_new);
  IF coalesce(cardinality(v_skus), 0) < v_asked THEN
    RAISE EXCEPTION 'catalog.sku_not_for_sale' USING ERRCODE = 'XT001', DETAIL = jsonb_build_object('sku_id', v_missing);
  END IF;
  PERFORM catalog_move_stock('reserve', v_merchants, v_skus, v_qtys, v_reasons, v_at);

  RETURN (SELECT array_agg(CASE WHEN a.id = ANY (v_new) THEN 'placed'
                                WHEN c.digest = a.digest AND c.buyer_id = a.buyer THEN 'repeated' ELSE 'different' END
                           ORDER BY a.no)
            FROM unnest(p_checkouts, p_digests, p_buyers) WITH ORDINALITY AS a (id, digest, buyer, no)
            JOIN orders_checkout c ON c.id = a.id);
END $$;
