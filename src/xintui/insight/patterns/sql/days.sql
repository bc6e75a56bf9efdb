-- A product's stock at the end of each day, counted back from what is there now.
SELECT g.day::date AS day, coalesce(c.sold, 0)::bigint AS sold,
       (s.on_hand - coalesce(sum(c.change) OVER (ORDER BY g.day DESC ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0)
       )::bigint AS on_hand
  FROM catalog_shown() s
 CROSS JOIN generate_series(greatest(%(first)s::date, s.created_on), %(last)s::date, interval '1 day') AS g (day)
  LEFT JOIN catalog_stock_between(%(since)s, %(until)s) c ON c.product_id = s.product_id AND c.day = g.day::date
 WHERE s.product_id = %(product)s
 ORDER BY 1
