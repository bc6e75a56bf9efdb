-- The live relation as it stands: every recruiter with the people below him, by distance. Three joins, because the
-- table itself ends at depth 3.
WITH pairs AS (
  SELECT sponsor_id AS above, 1 AS distance, joined_at FROM promoters_promoter WHERE sponsor_id IS NOT NULL
  UNION ALL SELECT p.sponsor_id, 2, c.joined_at FROM promoters_promoter c
              JOIN promoters_promoter p ON p.id = c.sponsor_id WHERE p.sponsor_id IS NOT NULL
  UNION ALL SELECT g.sponsor_id, 3, c.joined_at FROM promoters_promoter c
              JOIN promoters_promoter p ON p.id = c.sponsor_id
              JOIN promoters_promoter g ON g.id = p.sponsor_id WHERE g.sponsor_id IS NOT NULL
)
SELECT r.above AS promoter_id, p.display_name, p.level, p.depth,
       count(*) FILTER (WHERE distance = 1) AS direct, count(*) AS below, max(distance) AS levels_below,
       count(*) FILTER (WHERE r.joined_at >= %(since)s) AS lately
  FROM pairs r JOIN promoters_promoter p ON p.id = r.above
 GROUP BY r.above, p.display_name, p.level, p.depth
 ORDER BY below DESC, promoter_id
 LIMIT %(limit)s
