-- The leaves of the same rows in the same order, in hex.
SELECT encode(ledger_leaf(m.reason, d.code, c.code, m.fen, m.on_date), 'hex')
  FROM ledger_move m JOIN ledger_account d ON d.id = m.debit_id JOIN ledger_account c ON c.id = m.credit_id
 WHERE m.ledger = %(ledger)s AND (%(day)s::date IS NULL OR m.on_date = %(day)s)
 ORDER BY m.on_date, m.reason, m.seq
