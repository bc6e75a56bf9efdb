-- Up to 1,000 events that are due, oldest first; rows another worker holds are left to it.
SELECT id, topic, payload, attempts
  FROM outbox_event
 WHERE NOT dead AND due_at <= statement_timestamp()
 ORDER BY id
 LIMIT %(limit)s
   FOR UPDATE SKIP LOCKED
