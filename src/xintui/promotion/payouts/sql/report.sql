-- Who was paid in the three months, how much with which taxes, and how much in the twelve months that end with them.
SELECT promoter_id,
       count(*) FILTER (WHERE paid_month = ANY(%(months)s::text[])) AS payments,
       coalesce(sum(amount_fen) FILTER (WHERE paid_month = ANY(%(months)s::text[])), 0)::bigint AS gross_fen,
       coalesce(sum(tax_fen) FILTER (WHERE paid_month = ANY(%(months)s::text[])), 0)::bigint AS tax_fen,
       coalesce(sum(vat_fen) FILTER (WHERE paid_month = ANY(%(months)s::text[])), 0)::bigint AS vat_fen,
       sum(amount_fen)::bigint AS year_fen
  FROM payouts_withdrawal
 WHERE state = 'paid' AND paid_month BETWEEN %(since)s AND %(until)s
 GROUP BY promoter_id
HAVING count(*) FILTER (WHERE paid_month = ANY(%(months)s::text[])) > 0
 ORDER BY promoter_id
