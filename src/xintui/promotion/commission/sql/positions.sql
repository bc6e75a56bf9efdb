-- What each promoter of the staged withdrawals can call his own before this call: due minus debt.
SELECT p.promoter_id,
       coalesce(sum(CASE WHEN l.code LIKE 'promoter.due:%%' THEN l.posted_fen - l.held_fen ELSE -l.posted_fen END), 0)::bigint
         AS fen
  FROM (SELECT DISTINCT promoter_id FROM commission_in_withdrawal) p
  LEFT JOIN ledger_lock(%(books)s, ARRAY(
    SELECT kind || promoter_id || '@' || %(currency)s
      FROM (SELECT DISTINCT promoter_id FROM commission_in_withdrawal) w,
           (VALUES ('promoter.due:'), ('promoter.debt:')) k(kind))) l
    ON l.code IN ('promoter.due:' || p.promoter_id || '@' || %(currency)s,
                  'promoter.debt:' || p.promoter_id || '@' || %(currency)s)
 GROUP BY 1
