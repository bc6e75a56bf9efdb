-- The subjects' rows, locked in the order of their ids: sums and scores of one subject are written by one hand at a time.
SELECT id, kind FROM credit_subject WHERE id = ANY (%(subjects)s::text[]) ORDER BY id FOR UPDATE
