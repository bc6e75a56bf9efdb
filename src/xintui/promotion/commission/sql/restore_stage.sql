-- Refunds that are undone: each comes once more with the opposite sign, at its own instant, so that it counts where it
-- counted. Its number is that of the refund with `/back` behind it.
INSERT INTO commission_in_refund (row, refund_id, order_id, line_id, refund_fen, refunded_at)
SELECT row_number() OVER (ORDER BY refund_id) - 1, refund_id || '/back', order_id, line_id, -refund_fen, refunded_at
  FROM commission_refund
 WHERE books = %(books)s AND refund_id = ANY (%(refunds)s) AND refund_fen > 0
