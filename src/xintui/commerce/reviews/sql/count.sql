-- More reviews of so many stars: relatively, so that two at once both count; by product, as everybody locks the scores.
INSERT INTO reviews_score AS s (product_id, merchant_id, one, two, three, four, five)
SELECT product_id, merchant_id, count(*) FILTER (WHERE stars = 1), count(*) FILTER (WHERE stars = 2),
       count(*) FILTER (WHERE stars = 3), count(*) FILTER (WHERE stars = 4), count(*) FILTER (WHERE stars = 5)
  FROM unnest(%(products)s::text[], %(merchants)s::text[], %(stars)s::int[]) AS w (product_id, merchant_id, stars)
 GROUP BY product_id, merchant_id
 ORDER BY product_id
ON CONFLICT (product_id, merchant_id) DO UPDATE
   SET one = s.one + excluded.one, two = s.two + excluded.two, three = s.three + excluded.three,
       four = s.four + excluded.four, five = s.five + excluded.five
