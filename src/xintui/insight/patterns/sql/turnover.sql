-- How fast stock turned over. The stock at the end of a day is what is there now less what changed since; the sum over the
-- window's days follows from the changes, each weighed by how many of those days came before it.
WITH spans AS (
  SELECT g.*, greatest(%(first)s::date, g.created_on) AS since FROM catalog_shown() g WHERE g.created_on <= %(last)s::date
), moved AS (
  SELECT c.product_id, sum(c.sold)::bigint AS sold, sum(c.change * (c.day - s.since))::bigint AS weighed
    FROM catalog_stock_between(%(since)s, %(until)s) c JOIN spans s USING (product_id)
   WHERE c.day >= s.since GROUP BY 1
)
INSERT INTO patterns_turnover (product_id, merchant_id, on_hand, sold, days, stock_sum, counted_on)
SELECT s.product_id, s.merchant_id, s.on_hand, greatest(coalesce(m.sold, 0), 0), %(last)s::date - s.since + 1,
       greatest(s.on_hand * (%(last)s::date - s.since + 1) - coalesce(m.weighed, 0), 0), %(last)s
  FROM spans s LEFT JOIN moved m USING (product_id)
 WHERE s.on_sale OR s.on_hand > 0 OR m.sold > 0
