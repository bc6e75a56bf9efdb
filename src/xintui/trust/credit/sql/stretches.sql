-- The ids at which a stretch of so many subjects ends; those after the last one are the last stretch.
SELECT id FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM credit_subject) numbered
 WHERE n %% %(size)s::int = 0 ORDER BY id
