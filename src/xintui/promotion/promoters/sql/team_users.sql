-- The accounts of everyone above and below a promoter in the sponsor relation.
WITH RECURSIVE above AS (
  SELECT s.id, s.user_id, s.sponsor_id FROM promoters_promoter p JOIN promoters_promoter s ON s.id = p.sponsor_id
   WHERE p.id = %(promoter_id)s
  UNION ALL
  SELECT s.id, s.user_id, s.sponsor_id FROM above JOIN promoters_promoter s ON s.id = above.sponsor_id
)
SELECT user_id FROM promoters_below WHERE above_id = %(promoter_id)s UNION ALL SELECT user_id FROM above
