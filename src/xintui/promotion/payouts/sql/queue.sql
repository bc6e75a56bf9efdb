-- How much waits in each open state, and since when.
SELECT state, count(*) AS count, sum(amount_fen)::bigint AS amount_fen, min(requested_at) AS oldest_at
  FROM payouts_withdrawal
 WHERE state IN ('review', 'approved', 'sending', 'unknown')
 GROUP BY state
