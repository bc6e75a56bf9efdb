SELECT m.reason, d.code AS debit_account, c.code AS credit_account, m.fen AS amount_fen, m.on_date AS accounting_date
  FROM ledger_move m JOIN ledger_account d ON d.id = m.debit_id JOIN ledger_account c ON c.id = m.credit_id
 WHERE m.ledger = %(ledger)s AND (%(day)s::date IS NULL OR m.on_date = %(day)s)
 ORDER BY m.on_date, m.reason, m.seq
