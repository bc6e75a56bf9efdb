-- Everyone who joined through a promoter, directly or through his recruits.
SELECT p.id AS promoter_id, p.user_id, p.display_name, p.level, p.state, t.distance,
       p.sponsor_id, p.sponsor_source AS source, p.applied_at AS bound_at
  FROM promoters_below t JOIN promoters_promoter p USING (id)
 WHERE t.above_id = %(promoter_id)s AND t.id > %(after)s AND (%(state)s = '' OR p.state = %(state)s)
   AND (%(text)s = '' OR p.user_id = ANY(%(users)s::text[]) OR right(p.id, 8) = upper(%(text)s)
        OR (%(initial)s <> '' AND left(p.display_name, 1) = %(initial)s))
 ORDER BY t.id
 LIMIT %(limit)s
