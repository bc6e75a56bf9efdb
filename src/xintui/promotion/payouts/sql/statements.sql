-- One row per promoter and month with something paid, newest month first.
SELECT promoter_id, paid_month AS month, count(*) AS payments, sum(amount_fen)::bigint AS gross_fen,
       sum(tax_fen)::bigint AS tax_fen, sum(vat_fen)::bigint AS vat_fen, sum(amount_fen - tax_fen - vat_fen)::bigint AS net_fen
  FROM payouts_withdrawal
 WHERE state = 'paid' AND promoter_id = %(promoter_id)s AND paid_month < %(before)s
 GROUP BY promoter_id, paid_month
 ORDER BY paid_month DESC
 LIMIT %(limit)s
