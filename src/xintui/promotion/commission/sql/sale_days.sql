-- The release months this batch reaches, to have their partitions ready.
SELECT commission_partitions(array_agg(month)) FROM (
  SELECT DISTINCT commission_first_of_month(
           coalesce(received_at, CASE WHEN %(auto_receipt)s
                                      THEN paid_at + make_interval(hours => 24 * %(auto_receipt_days)s) END)
             + make_interval(hours => 24 * %(freeze_days)s)) AS month
    FROM commission_in_sale
) months WHERE month IS NOT NULL
