-- What other modules' statements may read about merchants. security_invoker: the reader's row-level security counts.
CREATE VIEW merchants_facts WITH (security_invoker = true) AS
SELECT id AS merchant_id, name, state = 'active' AS trading, auto_receipt_days, freight_fen, free_freight_from_fen
  FROM merchants_merchant;
