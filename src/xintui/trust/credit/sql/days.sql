-- The days' sums of one subject, from the signals alone.
SELECT indicator, day, sum(good)::bigint AS good, sum(total)::bigint AS total FROM credit_signal
 WHERE subject_id = %(subject_id)s AND indicator <> ALL (%(states)s::text[]) GROUP BY 1, 2
