-- The same facts, with the rate that was fixed at payment.
CREATE OR REPLACE VIEW commission_facts WITH (security_invoker = true) AS
SELECT promoter_id, buyer_id, order_id, line_id, merchant_id, product_id, paid_at,
       paid_fen - refunded_fen AS net_fen, rate_bp
  FROM commission_line
 WHERE books = 'shop' AND promoter_id <> '' AND buyer_id <> promoter_id;
