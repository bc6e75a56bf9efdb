-- Lines the books know already leave the batch: unchanged ones in silence, changed ones as conflicts.
DELETE FROM commission_in_sale s USING commission_line l
 WHERE l.books = %(books)s AND l.order_id = s.order_id AND l.line_id = s.line_id
RETURNING s.row,
  (s.merchant_id, s.buyer_id, s.product_id, s.category, s.qty, s.paid_fen, s.currency, s.promoter_id, s.paid_at,
   s.received_at, s.sku_id)
  IS DISTINCT FROM
  (l.merchant_id, l.buyer_id, l.product_id, l.category, l.qty, l.paid_fen, l.currency, l.promoter_id, l.paid_at,
   l.received_at, l.sku_id) AS changed
