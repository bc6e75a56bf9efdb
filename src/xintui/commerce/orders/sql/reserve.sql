-- Money and pieces that are asked back (negative: no longer), of lines and of their orders. Relative, so that the CHECK
-- decides; the orders are locked by whoever calls, so the lines have no order of their own to keep.
WITH part AS (
  SELECT merchant_id, order_id, line_id, sum(fen)::bigint AS fen, sum(qty)::integer AS qty
    FROM unnest(%(merchants)s::text[], %(orders)s::text[], %(lines)s::text[], %(fens)s::bigint[], %(qtys)s::integer[])
         AS p (merchant_id, order_id, line_id, fen, qty)
   GROUP BY 1, 2, 3
), line AS (
  UPDATE orders_line l
     SET refund_pending_fen = l.refund_pending_fen + p.fen, return_qty = l.return_qty + p.qty
    FROM part p
   WHERE l.order_id = p.order_id AND l.id = p.line_id AND l.merchant_id = p.merchant_id
)
UPDATE orders_order o
   SET refund_pending_fen = o.refund_pending_fen + w.fen
  FROM (SELECT merchant_id, order_id, sum(fen)::bigint AS fen
          FROM unnest(%(whole_merchants)s::text[], %(whole_orders)s::text[], %(whole_fens)s::bigint[])
               AS u (merchant_id, order_id, fen)
         GROUP BY 1, 2) w
 WHERE o.merchant_id = w.merchant_id AND o.id = w.order_id
