-- The ends of calls, a batch at a time.
UPDATE payments_attempt a
   SET finished_at = w.finished_at, outcome = w.outcome, code = w.code, message = w.message
  FROM unnest(%(ids)s::bigint[], %(finished_at)s::timestamptz[], %(outcomes)s::text[], %(codes)s::text[],
              %(messages)s::text[]) AS w (id, finished_at, outcome, code, message)
 WHERE a.id = w.id
