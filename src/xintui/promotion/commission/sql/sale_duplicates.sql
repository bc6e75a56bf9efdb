-- The same line twice in one batch: the first row stands, the others are refused.
WITH twice AS (
  SELECT order_id, line_id, min(row) AS first_row FROM commission_in_sale GROUP BY 1, 2 HAVING count(*) > 1
)
DELETE FROM commission_in_sale s USING twice t
 WHERE s.order_id = t.order_id AND s.line_id = t.line_id AND s.row > t.first_row
RETURNING s.row
