-- The shop's commission in three sums, from the ledger.
SELECT coalesce(sum(posted_fen) FILTER (WHERE code LIKE 'promoter.pending:%%'), 0)::bigint AS pending_fen,
       coalesce(sum(posted_fen) FILTER (WHERE code LIKE 'promoter.due:%%'), 0)::bigint AS due_fen,
       coalesce(sum(posted_fen) FILTER (WHERE code LIKE 'promoter.debt:%%'), 0)::bigint AS debt_fen,
       count(*) FILTER (WHERE code LIKE 'promoter.debt:%%' AND posted_fen > 0) AS debtors
  FROM ledger_facts WHERE ledger = 'shop'
