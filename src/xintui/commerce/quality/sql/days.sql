-- Every day of a stretch, with its own counts and those of the window that ends with it.
SELECT g.day::date AS day, coalesce(d.reviews, 0) AS reviews, coalesce(d.bad, 0) AS bad,
       coalesce(d.received, 0) AS received, coalesce(d.returned, 0) AS returned,
       coalesce(sum(d.reviews) OVER w, 0) AS reviews_span, coalesce(sum(d.bad) OVER w, 0) AS bad_span,
       coalesce(sum(d.received) OVER w, 0) AS received_span, coalesce(sum(d.returned) OVER w, 0) AS returned_span
  FROM generate_series(%(first)s::date - %(span)s, %(until)s::date, interval '1 day') AS g (day)
  LEFT JOIN quality_daily d ON d.product_id = %(product)s AND d.day = g.day::date
WINDOW w AS (ORDER BY g.day ROWS BETWEEN %(span)s - 1 PRECEDING AND CURRENT ROW)
 ORDER BY g.day OFFSET %(span)s
