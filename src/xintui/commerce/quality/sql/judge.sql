-- Judge all goods (or those of some shops) by the two windows that end today: one statement, however many.
-- A product of which nothing has been heard for so long is judged too: its numbers are nought now.
WITH counted AS (
  SELECT merchant_id, product_id,
         coalesce(sum(reviews) FILTER (WHERE day > %(today)s::date - %(short)s), 0) AS reviews_short, sum(reviews) AS reviews_long,
         coalesce(sum(bad) FILTER (WHERE day > %(today)s::date - %(short)s), 0) AS bad_short, sum(bad) AS bad_long,
         coalesce(sum(received) FILTER (WHERE day > %(today)s::date - %(short)s), 0) AS received_short, sum(received) AS received_long,
         coalesce(sum(returned) FILTER (WHERE day > %(today)s::date - %(short)s), 0) AS returned_short, sum(returned) AS returned_long
    FROM quality_daily
   WHERE day > %(today)s::date - %(long)s AND day <= %(today)s::date
     AND (%(shops)s::text[] IS NULL OR merchant_id = ANY (%(shops)s::text[]))
   GROUP BY 1, 2
), summed AS (
  SELECT merchant_id, product_id,
         coalesce(d.reviews_short, 0) AS reviews_short, coalesce(d.reviews_long, 0) AS reviews_long,
         coalesce(d.bad_short, 0) AS bad_short, coalesce(d.bad_long, 0) AS bad_long,
         coalesce(d.received_short, 0) AS received_short, coalesce(d.received_long, 0) AS received_long,
         coalesce(d.returned_short, 0) AS returned_short, coalesce(d.returned_long, 0) AS returned_long
    FROM counted d
    FULL JOIN (SELECT merchant_id, product_id FROM quality_standing
                WHERE %(shops)s::text[] IS NULL OR merchant_id = ANY (%(shops)s::text[])) k
   USING (merchant_id, product_id)
), judged AS (
  SELECT s.*,
         quality_verdict(bad_short, reviews_short, %(short_reviews_min)s, %(bad_limit)s, %(z)s) AS a,
         quality_verdict(returned_short, received_short, %(short_received_min)s, %(return_limit)s, %(z)s) AS b,
         quality_verdict(bad_long, reviews_long, %(long_reviews_min)s, %(bad_limit)s, %(z)s) AS c,
         quality_verdict(returned_long, received_long, %(long_received_min)s, %(return_limit)s, %(z)s) AS d
    FROM summed s
)
INSERT INTO quality_standing AS s (merchant_id, product_id, reviews_short, bad_short, received_short, returned_short,
                                   reviews_long, bad_long, received_long, returned_long, bad_bp, return_bp, verdict,
                                   clear, version, judged_on, paused)
SELECT merchant_id, product_id, reviews_short, bad_short, received_short, returned_short, reviews_long, bad_long,
       received_long, returned_long,
       CASE WHEN reviews_long > 0 THEN bad_long * 10000 / reviews_long ELSE 0 END,
       CASE WHEN received_long > 0 THEN returned_long * 10000 / received_long ELSE 0 END,
       CASE WHEN 'bad' IN (a, b, c, d) THEN 'bad' WHEN 'over' IN (a, b, c, d) THEN 'over'
            WHEN 'good' IN (a, b, c, d) THEN 'good' ELSE 'few' END,
       'bad' NOT IN (a, b, c, d) AND 'over' NOT IN (a, b), %(version)s, %(today)s,
       EXISTS (SELECT FROM quality_block k
                WHERE k.merchant_id = j.merchant_id AND k.product_id = j.product_id AND k.until IS NULL)
  FROM judged j ORDER BY product_id
ON CONFLICT (merchant_id, product_id) DO UPDATE
   SET reviews_short = excluded.reviews_short, bad_short = excluded.bad_short,
       received_short = excluded.received_short, returned_short = excluded.returned_short,
       reviews_long = excluded.reviews_long, bad_long = excluded.bad_long,
       received_long = excluded.received_long, returned_long = excluded.returned_long,
       bad_bp = excluded.bad_bp, return_bp = excluded.return_bp, verdict = excluded.verdict, clear = excluded.clear,
       version = excluded.version, judged_on = excluded.judged_on
