-- Each subject's score as it stood at the beginning of a day: its last change before it.
SELECT DISTINCT ON (h.subject_id) h.subject_id, h.score::int
  FROM credit_history h
 WHERE h.scale = %(scale)s AND h.day < %(day)s
   AND (%(subjects)s::text[] IS NULL OR h.subject_id = ANY (%(subjects)s::text[]))
 ORDER BY h.subject_id, h.day DESC
