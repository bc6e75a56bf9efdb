-- Those above and below a promoter, with the distance and since when: narrowed to a code or some accounts, or (neither)
-- the sponsor alone. A bond to somebody above is as old as the promoter's own joining, to somebody below as old as theirs.
WITH RECURSIVE me AS (
  SELECT * FROM promoters_promoter WHERE id = %(promoter_id)s
), above AS (
  SELECT s.*, 1 AS distance FROM me JOIN promoters_promoter s ON s.id = me.sponsor_id
  UNION ALL
  SELECT s.*, above.distance + 1 FROM above JOIN promoters_promoter s ON s.id = above.sponsor_id
), bond AS (
  SELECT true AS above, a.id, a.user_id, a.display_name, a.state, a.distance, me.applied_at AS since,
         CASE WHEN a.distance = 1 THEN me.sponsor_source ELSE '' END AS source
    FROM above a CROSS JOIN me
  UNION ALL
  SELECT false, b.id, b.user_id, p.display_name, b.state, b.distance, p.applied_at, p.sponsor_source
    FROM promoters_below b JOIN promoters_promoter p USING (id) WHERE b.above_id = %(promoter_id)s
)
SELECT * FROM bond
 WHERE CASE WHEN %(code)s = '' AND cardinality(%(users)s::text[]) = 0 AND NOT %(asked)s THEN above AND distance = 1
            ELSE right(id, 8) = %(code)s OR user_id = ANY(%(users)s::text[]) END
 ORDER BY above DESC, distance, id
 LIMIT 10
