-- Refunds of lines nobody sold, or dated before their payment (a line paid later than now counts as not paid yet).
WITH misplaced AS (
  SELECT r.row, l.order_id IS NULL AND f.order_id IS NULL AS unknown
    FROM commission_in_refund r
    LEFT JOIN commission_line l ON l.books = %(books)s AND l.order_id = r.order_id AND l.line_id = r.line_id
    LEFT JOIN commission_do_later f ON f.order_id = r.order_id AND f.line_id = r.line_id
   WHERE l.order_id IS NULL AND (f.order_id IS NULL OR r.refunded_at <= %(now)s OR r.refunded_at < f.paid_at)
      OR r.refunded_at < l.paid_at
)
DELETE FROM commission_in_refund r USING misplaced m WHERE r.row = m.row RETURNING r.row, m.unknown
