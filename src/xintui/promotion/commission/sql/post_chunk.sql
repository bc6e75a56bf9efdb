-- One call to the ledger's door for a stretch of the outgoing moves. Stretches end between reasons.
SELECT count(*) AS moves, ledger_post(%(books)s, array_agg(reason), array_agg(seq), array_agg(debit), array_agg(credit),
                   array_agg(fen), array_agg(on_date)) AS fresh
  FROM (SELECT * FROM commission_out_move WHERE n > %(after)s AND n <= %(upto)s ORDER BY n) m
HAVING count(*) > 0
