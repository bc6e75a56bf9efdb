-- One more in this window; the first of a new window starts over. The answer is the count with this one.
INSERT INTO throttle_bucket AS bucket (digest, "window", hits)
VALUES (%(digest)s, %(window)s, 1)
ON CONFLICT (digest) DO UPDATE
   SET hits = CASE WHEN bucket."window" = excluded."window" THEN bucket.hits + 1 ELSE 1 END,
       "window" = excluded."window"
RETURNING hits
