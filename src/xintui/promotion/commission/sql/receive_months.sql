SELECT commission_partitions(array_agg(month)) FROM (
  SELECT DISTINCT commission_first_of_month(t.received_at + make_interval(hours => 24 * f.days)) AS month
    FROM unnest(%(received)s::timestamptz[]) AS t(received_at),
         (SELECT 7 AS days
           UNION SELECT (body ->> 'freeze_days')::int - n.days
             FROM commission_plan, (SELECT 0 AS days UNION SELECT unnest(%(days)s::int[])) n
            WHERE books = %(books)s) f
) months
