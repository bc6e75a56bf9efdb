-- Orders whose money has come, a batch at a time; merchant_id leads, so each row is found by its primary key.
UPDATE orders_order o
   SET state = 'paid', paid_at = w.paid_at, payment_id = w.payment_id, fee_bp = w.fee_bp, fee_fen = w.fee_fen
  FROM unnest(%(merchants)s::text[], %(ids)s::text[], %(paid_at)s::timestamptz[], %(payments)s::text[],
              %(fee_bp)s::integer[], %(fee_fen)s::bigint[])
       AS w (merchant_id, id, paid_at, payment_id, fee_bp, fee_fen)
 WHERE o.merchant_id = w.merchant_id AND o.id = w.id AND o.state = 'placed'
