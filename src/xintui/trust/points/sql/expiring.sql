-- What goes next, and when, if nothing is used before: of what was earned up to that day, what is not used yet.
WITH sums AS (
  SELECT member_id, expires_on, sum(sum(points)) OVER (PARTITION BY member_id ORDER BY expires_on)::bigint AS until
    FROM points_earning WHERE member_id = ANY (%(ids)s::text[])
   GROUP BY member_id, expires_on
)
SELECT DISTINCT ON (m.id) m.id, s.expires_on, s.until - m.used AS points
  FROM sums s JOIN points_member m ON m.id = s.member_id
 WHERE s.until > m.used AND s.expires_on >= %(today)s
 ORDER BY m.id, s.expires_on
