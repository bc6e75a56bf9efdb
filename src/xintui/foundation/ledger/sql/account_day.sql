-- One account's moves of an accounting day, each with its position among all moves of the day (order of `export_leaves`).
SELECT t.position, t.reason, t.debit, t.credit, t.fen, t.on_date
  FROM (SELECT row_number() OVER (ORDER BY m.on_date, m.reason, m.seq) - 1 AS position,
               m.reason, d.code AS debit, c.code AS credit, m.fen, m.on_date, m.debit_id, m.credit_id
          FROM ledger_move m JOIN ledger_account d ON d.id = m.debit_id JOIN ledger_account c ON c.id = m.credit_id
         WHERE m.ledger = %(ledger)s AND m.on_date = %(day)s) t
 WHERE ledger_id(%(ledger)s, %(code)s) IN (t.debit_id, t.credit_id)
 ORDER BY t.position
