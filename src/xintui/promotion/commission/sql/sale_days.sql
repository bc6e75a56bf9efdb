-- The release days this batch reaches, to have their partitions ready.
SELECT commission_partitions(
         commission_day(min(coalesce(received_at, paid_at))),
         commission_day(max(coalesce(received_at, paid_at + make_interval(hours => 24 * %(auto_receipt_days)s))))
           + %(freeze_days)s + 1)
  FROM commission_in_sale HAVING count(*) > 0
