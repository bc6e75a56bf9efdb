-- What the consoles list: rows with one key each and accounts by name (the tables' own keys are composite).
CREATE VIEW ledger_move_page WITH (security_invoker = true) AS
  SELECT m.reason_id || '.' || m.seq AS id, m.ledger, m.reason, m.seq, d.code AS debit, c.code AS credit,
         split_part(d.code, ':', 1) AS debit_kind, split_part(c.code, ':', 1) AS credit_kind,
         m.fen, m.on_date, m.tx, m.at
    FROM ledger_move m JOIN ledger_account d ON d.id = m.debit_id JOIN ledger_account c ON c.id = m.credit_id;
CREATE VIEW ledger_hold_page WITH (security_invoker = true) AS
  SELECT h.account_id || '.' || h.key AS id, a.ledger, a.code AS account, h.key, h.fen, h.state, h.until, h.at
    FROM ledger_hold h JOIN ledger_account a ON a.id = h.account_id;
CREATE VIEW ledger_close_page WITH (security_invoker = true) AS
  SELECT c.ledger || '.' || c.day AS id, c.ledger, c.day, c.moves, c.moved_fen, c.at FROM ledger_close c;
