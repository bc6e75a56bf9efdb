-- Everyone who joined through a promoter, directly or through his recruits; the table itself ends at depth 3.
WITH RECURSIVE team AS (
  SELECT id, 1 AS distance FROM promoters_promoter WHERE sponsor_id = %(promoter_id)s
  UNION ALL
  SELECT p.id, team.distance + 1 FROM promoters_promoter p JOIN team ON p.sponsor_id = team.id
)
SELECT p.id AS promoter_id, p.user_id, p.display_name, p.level, p.state, team.distance,
       p.sponsor_id, p.sponsor_source AS source, p.applied_at AS bound_at
  FROM team JOIN promoters_promoter p USING (id)
 WHERE p.id > %(after)s AND (%(state)s = '' OR p.state = %(state)s)
   AND (%(text)s = '' OR p.user_id = ANY(%(users)s::text[]) OR right(p.id, 8) = upper(%(text)s)
        OR (%(initial)s <> '' AND left(p.display_name, 1) = %(initial)s))
 ORDER BY p.id
 LIMIT %(limit)s
