-- Lines whose refunds together exceed what was paid; which refund crosses the line is decided one by one.
WITH told AS (SELECT order_id, line_id, sum(refund_fen) AS fen FROM commission_in_refund GROUP BY 1, 2)
SELECT r.row, r.order_id, r.line_id, r.refund_fen, l.paid_fen - l.refunded_fen AS left_fen
  FROM told t
  JOIN commission_line l ON l.books = %(books)s AND l.order_id = t.order_id AND l.line_id = t.line_id
  JOIN commission_in_refund r ON r.order_id = t.order_id AND r.line_id = t.line_id
 WHERE l.refunded_fen + t.fen > l.paid_fen
 ORDER BY r.order_id, r.line_id, r.refunded_at, r.refund_id COLLATE "C"
