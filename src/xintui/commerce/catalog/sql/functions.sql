-- Published functions: what other modules' statements may ask of the catalog (a module's SQL touches only its own tables).

-- Change stock counters: once per (SKU, reason, kind), relatively, the counters locked in SKU order and touched last.
-- Each change has its own time, so a batch of orders is written as its orders are one by one.
-- kinds: reserve (placed) · release (closed unpaid) · sell (paid) · restock (came back). Returns how many were new.
-- (Migration 0004 replaces the function of 0001, in which a whole batch happened at one time.)
DROP FUNCTION IF EXISTS catalog_move_stock(text, text[], text[], integer[], text[], timestamptz);
CREATE OR REPLACE FUNCTION catalog_move_stock(p_kind text, p_merchants text[], p_skus text[], p_qtys integer[],
                                              p_reasons text[], p_at timestamptz[])
RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  v_skus text[];
  v_qtys bigint[];
  v_new integer;
  v_short record;
BEGIN
  WITH fresh AS (
    INSERT INTO catalog_stock_move (merchant_id, sku_id, kind, qty, reason, at)
    SELECT m, s, p_kind, q, r, w FROM unnest(p_merchants, p_skus, p_qtys, p_reasons, p_at) AS t (m, s, q, r, w)
    ON CONFLICT DO NOTHING
    RETURNING catalog_stock_move.sku_id, catalog_stock_move.qty
  ), summed AS (
    SELECT fresh.sku_id, sum(fresh.qty)::bigint AS qty, count(*) AS n FROM fresh GROUP BY fresh.sku_id
  )
  SELECT array_agg(summed.sku_id), array_agg(summed.qty), coalesce(sum(n), 0)
    INTO v_skus, v_qtys, v_new FROM summed;
  IF v_new = 0 THEN RETURN 0; END IF;

  PERFORM 1 FROM catalog_stock k WHERE k.sku_id = ANY (v_skus) ORDER BY k.sku_id FOR UPDATE;
  IF p_kind = 'reserve' THEN
    -- Told nicely under the lock; the table's CHECK refuses it in any case.
    SELECT k.sku_id, k.total_qty - k.reserved_qty - k.sold_qty AS left_qty INTO v_short
      FROM unnest(v_skus, v_qtys) AS w (sku_id, qty)
      JOIN catalog_stock k ON k.sku_id = w.sku_id
     WHERE k.total_qty - k.reserved_qty - k.sold_qty < w.qty
     ORDER BY k.sku_id LIMIT 1;
    IF FOUND THEN
      RAISE EXCEPTION 'catalog.out_of_stock' USING ERRCODE = 'XT001',
        DETAIL = jsonb_build_object('sku_id', v_short.sku_id, 'available_qty', v_short.left_qty);
    END IF;
  END IF;
  UPDATE catalog_stock k
     SET reserved_qty = k.reserved_qty
                        + CASE p_kind WHEN 'reserve' THEN w.qty WHEN 'release' THEN -w.qty WHEN 'sell' THEN -w.qty ELSE 0 END,
         sold_qty = k.sold_qty + CASE p_kind WHEN 'sell' THEN w.qty WHEN 'restock' THEN -w.qty ELSE 0 END
    FROM unnest(v_skus, v_qtys) AS w (sku_id, qty)
   WHERE k.sku_id = w.sku_id;
  RETURN v_new;
END $$;
