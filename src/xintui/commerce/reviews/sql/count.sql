-- One more review of so many stars: relatively, so that two at once both count.
INSERT INTO reviews_score AS s (product_id, merchant_id, one, two, three, four, five)
VALUES (%(product_id)s, %(merchant_id)s, (%(stars)s = 1)::int, (%(stars)s = 2)::int, (%(stars)s = 3)::int,
        (%(stars)s = 4)::int, (%(stars)s = 5)::int)
ON CONFLICT (product_id, merchant_id) DO UPDATE
   SET one = s.one + excluded.one, two = s.two + excluded.two, three = s.three + excluded.three,
       four = s.four + excluded.four, five = s.five + excluded.five
