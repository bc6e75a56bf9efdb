-- What other modules' statements may read about promoted sales: the shop's books, without a promoter's own purchases.
-- security_invoker: the reader's row-level security counts.
CREATE VIEW commission_facts WITH (security_invoker = true) AS
SELECT promoter_id, buyer_id, order_id, line_id, merchant_id, product_id, paid_at,
       paid_fen - refunded_fen AS net_fen
  FROM commission_line
 WHERE books = 'shop' AND promoter_id <> '' AND buyer_id <> promoter_id;

REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON commission_facts FROM xintui_app;
