-- Members with points that could be used until yesterday and were not. What expires first is used first, so all that was
-- ever used counts against the oldest. `ids`: only these, else everybody after `after`.
WITH gone AS (
  SELECT member_id, sum(points)::bigint AS points
    FROM points_earning
   WHERE expires_on < %(today)s AND member_id > %(after)s
     AND (%(ids)s::text[] IS NULL OR member_id = ANY (%(ids)s::text[]))
   GROUP BY member_id
)
SELECT m.id, g.points - m.used AS points
  FROM gone g JOIN points_member m ON m.id = g.member_id
 WHERE g.points > m.used
 ORDER BY m.id
 LIMIT %(limit)s
