-- Withdrawals named twice in the batch, or known already (changed or not).
WITH judged AS (
  SELECT w.row, k.withdrawal_id IS NOT NULL AS known,
         k.withdrawal_id IS NOT NULL
           AND (w.promoter_id, w.amount_fen, w.withdrawn_at) IS DISTINCT FROM (k.promoter_id, k.amount_fen, k.withdrawn_at)
           AS changed,
         row_number() OVER (PARTITION BY w.withdrawal_id ORDER BY w.row) > 1 AS twice
    FROM commission_in_withdrawal w
    LEFT JOIN commission_withdrawal k ON k.books = %(books)s AND k.withdrawal_id = w.withdrawal_id
)
DELETE FROM commission_in_withdrawal w USING judged j
 WHERE j.row = w.row AND (j.known OR j.twice)
RETURNING w.row, j.known, j.changed, j.twice
