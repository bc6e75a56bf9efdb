WITH twice AS (
  SELECT refund_id, min(row) AS first_row FROM commission_in_refund GROUP BY 1 HAVING count(*) > 1
)
DELETE FROM commission_in_refund r USING twice t WHERE r.refund_id = t.refund_id AND r.row > t.first_row
RETURNING r.row
