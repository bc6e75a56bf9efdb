SELECT commission_partitions(array_agg(month)) FROM (
  SELECT DISTINCT commission_first_of_month(
           t.received_at + make_interval(hours => 24 * (p.body ->> 'freeze_days')::int)) AS month
    FROM unnest(%(received)s::timestamptz[]) AS t(received_at), commission_plan p WHERE p.books = %(books)s
) months
