WITH taken AS (
  DELETE FROM commission_in_withdrawal WHERE row = ANY (%(rows)s) RETURNING *
), written AS (
  INSERT INTO commission_withdrawal (books, withdrawal_id, promoter_id, amount_fen, withdrawn_at)
  SELECT %(books)s, withdrawal_id, promoter_id, amount_fen, withdrawn_at FROM taken
)
INSERT INTO commission_do_due (promoter_id, at, kind, id, fen, on_date, reason, other)
SELECT promoter_id, withdrawn_at, 3, withdrawal_id, -amount_fen,
       greatest(commission_day(withdrawn_at), %(open_from)s::date), 'commission.withdraw/' || withdrawal_id,
       'payout.clearing:external'
  FROM taken
