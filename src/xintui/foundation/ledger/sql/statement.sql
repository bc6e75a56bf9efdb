-- One account's moves with the balance after each, oldest first (way = 1; `after` = (tx, reason_id, seq) of the last one
-- read) or newest first (way = -1).
WITH legs AS (
  SELECT m.tx, m.reason_id, m.seq, m.reason, m.on_date, m.at, m.debit_id AS other_id,
         m.fen AS credit_fen, 0::bigint AS debit_fen
    FROM ledger_move m WHERE m.credit_id = ledger_id(%(ledger)s, %(code)s)
  UNION ALL
  SELECT m.tx, m.reason_id, m.seq, m.reason, m.on_date, m.at, m.credit_id, 0, m.fen
    FROM ledger_move m WHERE m.debit_id = ledger_id(%(ledger)s, %(code)s)
), told AS (
  SELECT l.*, a.normal,
         (a.normal * sum(l.credit_fen - l.debit_fen) OVER (ORDER BY l.tx, l.reason_id, l.seq))::bigint AS balance_fen
    FROM legs l JOIN ledger_account a ON a.id = ledger_id(%(ledger)s, %(code)s)
)
SELECT t.tx, t.reason_id, t.seq, t.reason, t.on_date, t.at, o.code AS counterpart, t.balance_fen,
       CASE WHEN t.normal = 1 THEN t.credit_fen ELSE t.debit_fen END AS in_fen,
       CASE WHEN t.normal = 1 THEN t.debit_fen ELSE t.credit_fen END AS out_fen
  FROM told t JOIN ledger_account o ON o.id = t.other_id
 WHERE (t.tx, t.reason_id, t.seq) > (%(tx)s, %(reason_id)s, %(seq)s)
 ORDER BY t.tx * %(way)s, t.reason_id::numeric * %(way)s, t.seq * %(way)s
 LIMIT %(limit)s
