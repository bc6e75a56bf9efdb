-- Ours if nobody has it, or if its holder died before answering. No row: somebody else has it.
INSERT INTO idempotency_request AS held (principal_id, route, key, digest, held_until, body, created_at)
VALUES (%(principal)s, %(route)s, %(key)s, %(digest)s, %(until)s, '', %(now)s)
ON CONFLICT (principal_id, route, key) DO UPDATE
   SET held_until = excluded.held_until
 WHERE held.status IS NULL AND held.held_until < %(now)s AND held.digest = excluded.digest
RETURNING id, held_until
