-- From the ledger, not from the lines: the two are compared by `audit`.
SELECT p.promoter_id, coalesce(pending.posted_fen, 0) AS pending_fen, coalesce(due.posted_fen, 0) AS due_fen,
       coalesce(debt.posted_fen, 0) AS debt_fen, coalesce(w.fen, 0) AS withdrawn_fen
  FROM (SELECT DISTINCT promoter_id FROM commission_line WHERE books = %(books)s AND promoter_id <> '') p
  LEFT JOIN ledger_facts pending ON pending.ledger = %(books)s
        AND pending.code = 'promoter.pending:' || p.promoter_id || '@' || %(currency)s
  LEFT JOIN ledger_facts due ON due.ledger = %(books)s AND due.code = 'promoter.due:' || p.promoter_id || '@' || %(currency)s
  LEFT JOIN ledger_facts debt ON debt.ledger = %(books)s
        AND debt.code = 'promoter.debt:' || p.promoter_id || '@' || %(currency)s
  LEFT JOIN (SELECT promoter_id, sum(amount_fen)::bigint AS fen FROM commission_withdrawal WHERE books = %(books)s
              GROUP BY 1) w ON w.promoter_id = p.promoter_id
 ORDER BY p.promoter_id
