-- Money that is back: no longer pending but refunded, of lines and of their orders, whose fee follows the net. Relative,
-- so that the CHECK decides; the orders are locked by whoever calls.
WITH part AS (
  SELECT merchant_id, order_id, line_id, sum(fen)::bigint AS fen
    FROM unnest(%(merchants)s::text[], %(orders)s::text[], %(lines)s::text[], %(fens)s::bigint[])
         AS p (merchant_id, order_id, line_id, fen)
   GROUP BY 1, 2, 3
), line AS (
  UPDATE orders_line l
     SET refund_pending_fen = l.refund_pending_fen - p.fen, refunded_fen = l.refunded_fen + p.fen
    FROM part p
   WHERE l.order_id = p.order_id AND l.id = p.line_id AND l.merchant_id = p.merchant_id
)
UPDATE orders_order o
   SET refund_pending_fen = o.refund_pending_fen - w.fen, refunded_fen = o.refunded_fen + w.fen, fee_fen = w.fee
  FROM unnest(%(whole_merchants)s::text[], %(whole_orders)s::text[], %(whole_fens)s::bigint[], %(fees)s::bigint[])
       AS w (merchant_id, order_id, fen, fee)
 WHERE o.merchant_id = w.merchant_id AND o.id = w.order_id
