-- Parcels whose time has come and that no after-sale holds up; rows another worker holds are left to it.
WITH due AS (
  SELECT merchant_id, id FROM orders_order
   WHERE state = 'shipped' AND auto_receive_at <= %(now)s AND refund_pending_fen = 0
   ORDER BY auto_receive_at LIMIT %(limit)s
     FOR UPDATE SKIP LOCKED
), moved AS (
  UPDATE orders_order o SET state = 'received', received_at = %(now)s
    FROM due WHERE o.merchant_id = due.merchant_id AND o.id = due.id
  RETURNING o.merchant_id, o.id
), told AS (
  INSERT INTO orders_event (merchant_id, order_id, verb, says, actor, at)
  SELECT merchant_id, id, 'auto_receive', '到期自动确认收货', '', %(now)s FROM moved
)
SELECT m.merchant_id, m.id AS order_id, array_agg(l.id ORDER BY l.no) AS line_ids
  FROM moved m JOIN orders_line l ON l.order_id = m.id AND l.merchant_id = m.merchant_id
 GROUP BY m.merchant_id, m.id
