-- How old the oldest part of each clearing account's balance is: what came in last is taken to be what is still there,
-- so everything that came in up to the balance, newest first, is open (rule R16).
WITH legs AS (
  SELECT a.id, a.code, m.on_date, a.normal * m.fen AS delta
    FROM ledger_account a JOIN ledger_move m ON m.credit_id = a.id
   WHERE a.ledger = %(ledger)s AND split_part(a.code, ':', 1) = ANY (%(kinds)s)
  UNION ALL
  SELECT a.id, a.code, m.on_date, -a.normal * m.fen
    FROM ledger_account a JOIN ledger_move m ON m.debit_id = a.id
   WHERE a.ledger = %(ledger)s AND split_part(a.code, ':', 1) = ANY (%(kinds)s)
), balances AS (
  SELECT code, sum(delta) AS balance FROM legs GROUP BY code HAVING sum(delta) <> 0
), ins AS (
  SELECT code, on_date, sum(sum(abs(delta))) OVER (PARTITION BY code ORDER BY on_date DESC) AS since
    FROM legs JOIN balances b USING (code) WHERE sign(delta) = sign(b.balance) GROUP BY code, on_date
)
SELECT b.code, b.balance::text AS balance, max(i.on_date) FILTER (WHERE i.since >= abs(b.balance)) AS since
  FROM balances b LEFT JOIN ins i USING (code)
 GROUP BY b.code, b.balance
 ORDER BY b.code
