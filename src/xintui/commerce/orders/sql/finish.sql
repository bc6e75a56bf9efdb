-- Received orders whose after-sale time is over and that nothing is open on.
WITH due AS (
  SELECT merchant_id, id FROM orders_order
   WHERE state = 'received' AND received_at <= %(before)s AND refund_pending_fen = 0
   ORDER BY received_at LIMIT %(limit)s
     FOR UPDATE SKIP LOCKED
), moved AS (
  UPDATE orders_order o SET state = 'done'
    FROM due WHERE o.merchant_id = due.merchant_id AND o.id = due.id
  RETURNING o.merchant_id, o.id
)
INSERT INTO orders_event (merchant_id, order_id, verb, says, actor, at)
SELECT merchant_id, id, 'finish', '售后期已过，交易完成', '', %(now)s FROM moved
