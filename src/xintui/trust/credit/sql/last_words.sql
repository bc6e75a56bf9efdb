SELECT DISTINCT ON (indicator) indicator, good AS value_bp FROM credit_signal
 WHERE subject_id = %(subject_id)s AND indicator = ANY (%(states)s::text[])
 ORDER BY indicator, at DESC, key DESC
