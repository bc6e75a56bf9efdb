-- Count some days of some shops from the facts: each thing on the day it happened, a return on the day the line it is
-- of was received (so that it is a share of those lines).
WITH pair AS MATERIALIZED (
  SELECT merchant_id, day, day::timestamp AT TIME ZONE 'Asia/Shanghai' AS since,
         (day + 1)::timestamp AT TIME ZONE 'Asia/Shanghai' AS until
    FROM unnest(%(merchants)s::text[], %(days)s::date[]) AS t (merchant_id, day)
), counted (merchant_id, day, product_id, sold, overdue, received, late, returned, asked, reviews, bad) AS (
  SELECT p.merchant_id, p.day, o.product_id, count(*), 0, 0, 0, 0, 0, 0, 0
    FROM pair p CROSS JOIN LATERAL orders_paid_between(p.merchant_id, p.since, p.until) o GROUP BY 1, 2, 3
  UNION ALL
  SELECT p.merchant_id, p.day, o.product_id, 0, count(*), 0, 0, 0, 0, 0, 0
    FROM pair p
   CROSS JOIN LATERAL orders_late_between(p.merchant_id, p.since, least(p.until, %(now)s::timestamptz), %(late_days)s) o
   GROUP BY 1, 2, 3
  UNION ALL
  SELECT p.merchant_id, p.day, o.product_id, 0, 0, count(*),
         count(*) FILTER (WHERE o.received_at > o.paid_at + make_interval(days => %(late_days)s)),
         count(*) FILTER (WHERE o.returned), 0, 0, 0
    FROM pair p CROSS JOIN LATERAL orders_received_between(p.merchant_id, p.since, p.until) o GROUP BY 1, 2, 3
  UNION ALL
  SELECT p.merchant_id, p.day, a.product_id, 0, 0, 0, 0, 0, count(*), 0, 0
    FROM pair p CROSS JOIN LATERAL orders_asked_between(p.merchant_id, p.since, p.until) a GROUP BY 1, 2, 3
  UNION ALL
  SELECT p.merchant_id, p.day, r.product_id, 0, 0, 0, 0, 0, 0, count(*),
         count(*) FILTER (WHERE r.stars <= %(bad_stars)s)
    FROM pair p CROSS JOIN LATERAL reviews_written_between(p.merchant_id, p.since, p.until) r GROUP BY 1, 2, 3
)
INSERT INTO quality_daily (merchant_id, product_id, day, sold, overdue, received, late, returned, asked, reviews, bad)
SELECT merchant_id, product_id, day, sum(sold), sum(overdue), sum(received), sum(late), sum(returned), sum(asked),
       sum(reviews), sum(bad)
  FROM counted GROUP BY 1, 2, 3
