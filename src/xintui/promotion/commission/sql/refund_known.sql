DELETE FROM commission_in_refund r USING commission_refund k
 WHERE k.books = %(books)s AND k.refund_id = r.refund_id
RETURNING r.row, (r.order_id, r.line_id, r.refund_fen, r.refunded_at)
  IS DISTINCT FROM (k.order_id, k.line_id, k.refund_fen, k.refunded_at) AS changed
