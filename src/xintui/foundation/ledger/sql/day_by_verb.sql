-- What came into and went out of some accounts on one accounting day, by the verb of the reason.
WITH asked AS (SELECT ledger_id(%(ledger)s, c) AS id, c AS code FROM unnest(%(codes)s::text[]) c)
SELECT a.code, split_part(m.reason, '/', 1) AS verb,
       coalesce(sum(m.fen) FILTER (WHERE m.credit_id = a.id), 0)::bigint AS credit_fen,
       coalesce(sum(m.fen) FILTER (WHERE m.debit_id = a.id), 0)::bigint AS debit_fen, count(*)::bigint AS moves
  FROM asked a JOIN ledger_move m ON (m.credit_id = a.id OR m.debit_id = a.id) AND m.on_date = %(day)s
 GROUP BY 1, 2 ORDER BY 1, 2
