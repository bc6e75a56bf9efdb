-- Turn signed due events into moves. A promoter's position is due minus debt; what comes in first repays debt, what is
-- taken and not there becomes debt. Window sums give each event the position it meets: one promoter or 100,000.
WITH held AS MATERIALIZED (
  SELECT code, posted_fen - held_fen AS fen
    FROM ledger_lock(%(books)s, ARRAY(
      SELECT kind || ':' || promoter_id || '@' || %(currency)s
        FROM (SELECT DISTINCT promoter_id FROM commission_do_due) p,
             (VALUES ('promoter.due'), ('promoter.debt'), ('promoter.pending')) k(kind)))
), start AS (
  SELECT p.promoter_id, due.fen - debt.fen AS fen, least(due.fen, debt.fen) AS both_fen
    FROM (SELECT DISTINCT promoter_id FROM commission_do_due) p
    JOIN held due ON due.code = 'promoter.due:' || p.promoter_id || '@' || %(currency)s
    JOIN held debt ON debt.code = 'promoter.debt:' || p.promoter_id || '@' || %(currency)s
), stepped AS (
  SELECT d.*, s.fen + coalesce(sum(d.fen) OVER (
           PARTITION BY d.promoter_id ORDER BY d.at, d.kind, d.id COLLATE "C", d.reason
           ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS before_fen
    FROM commission_do_due d JOIN start s USING (promoter_id)
), parted AS (
  SELECT *, least(abs(fen), CASE WHEN fen > 0 THEN greatest(0, -before_fen) ELSE greatest(0, before_fen) END)::bigint
         AS first_fen
    FROM stepped
), moves AS (
  -- In: first repays debt, the rest becomes due. Out: first is taken from due, the rest becomes debt.
  SELECT p.at, p.kind, p.id, p.reason, p.on_date, p.promoter_id, leg.fen, leg.account, p.fen > 0 AS comes_in, p.other,
         row_number() OVER (PARTITION BY p.reason ORDER BY leg.n) - 1 AS seq
    FROM parted p
    CROSS JOIN LATERAL (VALUES
      (1, p.first_fen, CASE WHEN p.fen > 0 THEN 'promoter.debt:' ELSE 'promoter.due:' END),
      (2, abs(p.fen) - p.first_fen, CASE WHEN p.fen > 0 THEN 'promoter.due:' ELSE 'promoter.debt:' END)
    ) AS leg(n, fen, account)
   WHERE leg.fen > 0
), netted AS (
  -- Money that came free (a voided hold) while debt was open.
  INSERT INTO commission_out_move (reason, seq, debit, credit, fen, on_date)
  SELECT format('commission.net/%%s/%%s', pg_current_xact_id(), promoter_id), 0,
         'promoter.due:' || promoter_id || '@' || %(currency)s, 'promoter.debt:' || promoter_id || '@' || %(currency)s,
         both_fen, %(net_on)s::date
    FROM start WHERE both_fen > 0
)
INSERT INTO commission_out_move (reason, seq, debit, credit, fen, on_date)
SELECT reason, seq,
       CASE WHEN comes_in THEN other ELSE account || promoter_id END || '@' || %(currency)s,
       CASE WHEN comes_in THEN account || promoter_id ELSE other END || '@' || %(currency)s,
       fen, on_date
  FROM moves ORDER BY on_date, at, kind, id, reason, seq
