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

-- Place a checkout in one call: prices from the catalog, one order per merchant, lines with the attribution as it is
-- now, stock reserved last (the hot rows). 'placed' · 'repeated' (same id, same content) · 'different' (other content).
-- `p_confirmed`: SKUs of which the buyer has confirmed that they cannot be sent back without a reason.
-- Refuses with SQLSTATE XT001.
CREATE OR REPLACE FUNCTION orders_place(p_checkout text, p_buyer text, p_digest text, p_skus text[], p_qtys integer[],
                             p_orders text[], p_referrals jsonb, p_buyer_promoter text, p_address jsonb, p_note text,
                             p_now timestamptz, p_expires timestamptz, p_confirmed text[])
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  v_merchants text[];
  v_skus text[];
  v_qtys integer[];
  v_reasons text[];
  v_missing text;
BEGIN
  INSERT INTO orders_checkout (id, buyer_id, digest, state, currency, total_fen, payment_id, closing, placed_at, expires_at)
  VALUES (p_checkout, p_buyer, p_digest, 'placed', 'CNY', 0, '', false, p_now, p_expires)
  ON CONFLICT (id) DO NOTHING;
  IF NOT FOUND THEN
    RETURN (SELECT CASE WHEN c.digest = p_digest AND c.buyer_id = p_buyer THEN 'repeated' ELSE 'different' END
              FROM orders_checkout c WHERE c.id = p_checkout);
  END IF;

  WITH priced AS MATERIALIZED (
    SELECT q.*, w.qty, q.price_fen * w.qty AS list_fen, m.freight_fen, m.free_freight_from_fen,
           p_orders[dense_rank() OVER (ORDER BY q.merchant_id)] AS order_id,
           row_number() OVER (PARTITION BY q.merchant_id ORDER BY w.pos) AS no
      FROM unnest(p_skus, p_qtys) WITH ORDINALITY AS w (sku_id, qty, pos)
      JOIN catalog_quote(p_skus) q ON q.sku_id = w.sku_id AND q.on_sale
      JOIN merchants_facts m ON m.merchant_id = q.merchant_id AND m.trading
  ), summed AS (
    SELECT order_id, merchant_id, sum(list_fen)::bigint AS goods_fen, 0::bigint AS discount_fen,
           CASE WHEN max(free_freight_from_fen) > 0 AND sum(list_fen) >= max(free_freight_from_fen) THEN 0
                ELSE max(freight_fen) END AS freight_fen,
           array_agg(list_fen ORDER BY no) AS weights
      FROM priced GROUP BY order_id, merchant_id
  ), split AS (
    SELECT s.*, CASE WHEN discount_fen = 0 THEN weights ELSE orders_split(goods_fen - discount_fen, weights) END AS paid
      FROM summed s
  ), new_orders AS (
    INSERT INTO orders_order (id, merchant_id, checkout_id, buyer_id, state, currency, goods_fen, discount_fen,
                              freight_fen, total_fen, refund_pending_fen, refunded_fen, refunds, fee_bp, fee_fen,
                              payment_id, address, note, carrier, tracking_no, placed_at)
    SELECT order_id, merchant_id, p_checkout, p_buyer, 'placed', 'CNY', goods_fen, discount_fen, freight_fen,
           goods_fen - discount_fen + freight_fen, 0, 0, 0, 0, 0, '', p_address, p_note, '', '', p_now
      FROM split
    RETURNING total_fen
  ), new_lines AS (
    INSERT INTO orders_line (id, merchant_id, order_id, no, product_id, sku_id, title, spec, picture, category, qty,
                             price_fen, paid_fen, refund_pending_fen, refunded_fen, return_qty, promoter_id,
                             attribution_id, buyer_promoter_id, return_class, return_confirmed)
    SELECT p.order_id || lpad(p.no::text, 3, '0'), p.merchant_id, p.order_id, p.no, p.product_id, p.sku_id, p.title,
           p.spec, p.picture, p.category, p.qty, p.price_fen, s.paid[p.no::integer], 0, 0, 0,
           coalesce(p_referrals #>> ARRAY[p.merchant_id, 'promoter_id'], ''),
           coalesce(p_referrals #>> ARRAY[p.merchant_id, 'attribution_id'], ''), p_buyer_promoter,
           p.return_class, p.sku_id = ANY (p_confirmed)
      FROM priced p JOIN split s USING (order_id)
    RETURNING merchant_id, sku_id, qty, order_id
  ), new_events AS (
    INSERT INTO orders_event (merchant_id, order_id, verb, says, actor, at)
    SELECT merchant_id, order_id, verb, says, 'buyer', p_now FROM (
      SELECT merchant_id, order_id, 1 AS n, 'place' AS verb, '买家提交订单' AS says FROM split
      UNION ALL
      SELECT merchant_id, order_id, 2, 'confirm_returns',
             '买家下单时确认不适用七日无理由退货：' || string_agg(title || ' ' || spec, '、' ORDER BY no)
        FROM priced WHERE sku_id = ANY (p_confirmed) GROUP BY merchant_id, order_id
    ) AS told ORDER BY n
  ), checkout AS (
    UPDATE orders_checkout SET total_fen = (SELECT coalesce(sum(total_fen), 0) FROM new_orders) WHERE id = p_checkout
  )
  SELECT array_agg(merchant_id), array_agg(sku_id), array_agg(qty), array_agg('orders.placed/' || order_id)
    INTO v_merchants, v_skus, v_qtys, v_reasons FROM new_lines;

  IF coalesce(cardinality(v_skus), 0) < cardinality(p_skus) THEN
    SELECT s INTO v_missing FROM unnest(p_skus) AS s WHERE s <> ALL (coalesce(v_skus, '{}')) ORDER BY s LIMIT 1;
    RAISE EXCEPTION 'catalog.sku_not_for_sale' USING ERRCODE = 'XT001', DETAIL = jsonb_build_object('sku_id', v_missing);
  END IF;
  PERFORM catalog_move_stock('reserve', v_merchants, v_skus, v_qtys, v_reasons, p_now);
  RETURN 'placed';
END $$;
