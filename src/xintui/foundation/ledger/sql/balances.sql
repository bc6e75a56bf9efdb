-- Balances on the accounts' normal side: the row for accounts with a floor, the fold plus what came after it for others.
SELECT a.code, a.held_fen,
       a.posted_fen + CASE WHEN a.floor_fen IS NOT NULL THEN 0 ELSE a.normal * (
         coalesce((SELECT sum(fen) FROM ledger_move m WHERE m.credit_id = a.id AND m.tx >= f.watermark), 0)
         - coalesce((SELECT sum(fen) FROM ledger_move m WHERE m.debit_id = a.id AND m.tx >= f.watermark), 0)
       ) END::bigint AS posted_fen
  FROM ledger_account a CROSS JOIN ledger_fold f
 WHERE a.id IN (SELECT ledger_id(%(ledger)s, c) FROM unnest(%(codes)s::text[]) c)
