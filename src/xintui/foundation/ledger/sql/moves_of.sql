SELECT m.reason, m.seq, d.code AS debit, c.code AS credit, m.fen, m.on_date
  FROM ledger_move m JOIN ledger_account d ON d.id = m.debit_id JOIN ledger_account c ON c.id = m.credit_id
 WHERE m.reason_id IN (SELECT ledger_id(%(ledger)s, r) FROM unnest(%(reasons)s::text[]) r)
 ORDER BY m.tx, m.reason_id, m.seq
