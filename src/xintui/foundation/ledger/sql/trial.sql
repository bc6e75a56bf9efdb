-- 试算: per kind of account, in minor units on its normal side, opening + movements = closing of a day; and the first
-- account whose row does not say what its moves add up to (rule R14).
WITH legs AS (
  SELECT debit_id AS id, -fen AS delta, on_date FROM ledger_move WHERE ledger = %(ledger)s
  UNION ALL SELECT credit_id, fen, on_date FROM ledger_move WHERE ledger = %(ledger)s
), sums AS (
  SELECT id, coalesce(sum(delta) FILTER (WHERE on_date < %(day)s), 0) AS opening,
         coalesce(-sum(delta) FILTER (WHERE on_date = %(day)s AND delta < 0), 0) AS debit,
         coalesce(sum(delta) FILTER (WHERE on_date = %(day)s AND delta > 0), 0) AS credit,
         coalesce(sum(delta) FILTER (WHERE on_date <= %(day)s), 0) AS closing, sum(delta) AS total
    FROM legs GROUP BY id
)
SELECT split_part(a.code, ':', 1) AS kind, substring(a.code FROM '@([^@]*)$') AS currency,
       (a.normal * sum(s.opening))::text AS opening, sum(s.debit)::text AS debit, sum(s.credit)::text AS credit,
       (a.normal * sum(s.closing))::text AS closing,
       min(a.code) FILTER (WHERE a.floor_fen IS NOT NULL AND a.posted_fen <> a.normal * s.total
                              OR s.opening - s.debit + s.credit <> s.closing) AS differs
  FROM sums s JOIN ledger_account a USING (id)
 GROUP BY 1, 2, a.normal
 ORDER BY 1, 2
