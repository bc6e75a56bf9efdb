-- The release months this batch reaches, to have their partitions ready. Lines share their times: distinct ones first.
SELECT commission_partitions(array_agg(month)) FROM (
  SELECT DISTINCT commission_first_of_month(
           coalesce(received_at, CASE WHEN %(auto_receipt)s
                                      THEN paid_at + make_interval(hours => 24 * %(auto_receipt_days)s) END)
             + make_interval(hours => 24 * %(freeze_days)s)) AS month
    FROM (SELECT paid_at, received_at FROM commission_in_sale GROUP BY 1, 2) times
) months WHERE month IS NOT NULL
