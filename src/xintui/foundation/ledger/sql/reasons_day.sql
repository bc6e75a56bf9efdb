-- The moves of some reasons on an accounting day, each with its position among all of the day (order of `export_leaves`).
SELECT t.position, t.reason, t.debit, t.credit, t.fen, t.on_date
  FROM (SELECT row_number() OVER (ORDER BY m.on_date, m.reason, m.seq) - 1 AS position,
               m.reason, d.code AS debit, c.code AS credit, m.fen, m.on_date
          FROM ledger_move m JOIN ledger_account d ON d.id = m.debit_id JOIN ledger_account c ON c.id = m.credit_id
         WHERE m.ledger = %(ledger)s AND m.on_date = %(day)s) t
 WHERE t.reason = ANY(%(reasons)s::text[])
 ORDER BY t.position
