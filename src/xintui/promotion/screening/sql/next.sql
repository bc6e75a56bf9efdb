-- The next promoters by id: those there are, and those that only have a row here.
SELECT promoter_id FROM (
  (SELECT promoter_id FROM promoters_facts WHERE promoter_id > %(after)s ORDER BY 1 LIMIT %(limit)s)
  UNION
  (SELECT promoter_id FROM screening_profile WHERE promoter_id > %(after)s ORDER BY 1 LIMIT %(limit)s)) both_of
ORDER BY 1 LIMIT %(limit)s
