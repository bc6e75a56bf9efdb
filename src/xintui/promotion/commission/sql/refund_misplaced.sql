-- Refunds of lines nobody sold, or dated before their payment.
WITH misplaced AS (
  SELECT r.row, l.order_id IS NULL AS unknown
    FROM commission_in_refund r
    LEFT JOIN commission_line l ON l.books = %(books)s AND l.order_id = r.order_id AND l.line_id = r.line_id
   WHERE l.order_id IS NULL OR r.refunded_at < l.paid_at
)
DELETE FROM commission_in_refund r USING misplaced m WHERE r.row = m.row RETURNING r.row, m.unknown
