-- A row for each promoter that has none; an update fills it. (An upsert would use up a slot for every row there is.)
INSERT INTO screening_profile (promoter_id)
SELECT p.promoter_id FROM promoters_facts p
 WHERE p.promoter_id = ANY (%(promoters)s::text[])
   AND NOT EXISTS (SELECT FROM screening_profile s WHERE s.promoter_id = p.promoter_id)
 ORDER BY 1
