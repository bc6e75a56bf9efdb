-- What the model looks at, of all goods sold in the last thirty days: one statement, however many. `%(until)s` is the last
-- day that is over.
SELECT d.product_id, d.merchant_id, s.verdict, s.paused,
       EXISTS (SELECT FROM quality_block b WHERE b.product_id = d.product_id AND b.spared_until > %(now)s) AS spared,
       coalesce(sum(d.sold) FILTER (WHERE d.day > %(until)s::date - 3), 0)::int AS sold_3,
       coalesce(sum(d.sold) FILTER (WHERE d.day > %(until)s::date - 7), 0)::int AS sold_7,
       coalesce(sum(d.sold) FILTER (WHERE d.day > %(until)s::date - 30), 0)::int AS sold_30,
       sum(d.sold)::int AS sold_90,
       coalesce(sum(d.overdue) FILTER (WHERE d.day > %(until)s::date - 3), 0)::int AS overdue_3,
       coalesce(sum(d.overdue) FILTER (WHERE d.day > %(until)s::date - 7), 0)::int AS overdue_7,
       coalesce(sum(d.overdue) FILTER (WHERE d.day > %(until)s::date - 30), 0)::int AS overdue_30,
       sum(d.overdue)::int AS overdue_90,
       coalesce(sum(d.received) FILTER (WHERE d.day > %(until)s::date - 3), 0)::int AS received_3,
       coalesce(sum(d.received) FILTER (WHERE d.day > %(until)s::date - 7), 0)::int AS received_7,
       coalesce(sum(d.received) FILTER (WHERE d.day > %(until)s::date - 30), 0)::int AS received_30,
       sum(d.received)::int AS received_90,
       coalesce(sum(d.late) FILTER (WHERE d.day > %(until)s::date - 3), 0)::int AS late_3,
       coalesce(sum(d.late) FILTER (WHERE d.day > %(until)s::date - 7), 0)::int AS late_7,
       coalesce(sum(d.late) FILTER (WHERE d.day > %(until)s::date - 30), 0)::int AS late_30,
       sum(d.late)::int AS late_90,
       coalesce(sum(d.asked) FILTER (WHERE d.day > %(until)s::date - 3), 0)::int AS asked_3,
       coalesce(sum(d.asked) FILTER (WHERE d.day > %(until)s::date - 7), 0)::int AS asked_7,
       coalesce(sum(d.asked) FILTER (WHERE d.day > %(until)s::date - 30), 0)::int AS asked_30,
       sum(d.asked)::int AS asked_90,
       coalesce(sum(d.reviews) FILTER (WHERE d.day > %(until)s::date - 3), 0)::int AS reviews_3,
       coalesce(sum(d.reviews) FILTER (WHERE d.day > %(until)s::date - 7), 0)::int AS reviews_7,
       coalesce(sum(d.reviews) FILTER (WHERE d.day > %(until)s::date - 30), 0)::int AS reviews_30,
       sum(d.reviews)::int AS reviews_90,
       coalesce(sum(d.bad) FILTER (WHERE d.day > %(until)s::date - 3), 0)::int AS bad_3,
       coalesce(sum(d.bad) FILTER (WHERE d.day > %(until)s::date - 7), 0)::int AS bad_7,
       coalesce(sum(d.bad) FILTER (WHERE d.day > %(until)s::date - 30), 0)::int AS bad_30,
       sum(d.bad)::int AS bad_90
  FROM quality_daily d
  JOIN quality_standing s ON s.product_id = d.product_id AND s.merchant_id = d.merchant_id
 WHERE d.day > %(until)s::date - 90 AND d.day <= %(until)s::date
 GROUP BY d.product_id, d.merchant_id, s.verdict, s.paused
HAVING sum(d.sold) FILTER (WHERE d.day > %(until)s::date - 30) > 0
