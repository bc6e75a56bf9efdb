-- A courier that never came back leaves a message of which nobody can say whether it went out; news that is old is none.
WITH lost AS (
  UPDATE notifications_delivery SET state = 'unknown', settled_at = %(now)s, lease_until = NULL
   WHERE state = 'sending' AND lease_until < %(now)s
  RETURNING id
), old AS (
  UPDATE notifications_delivery SET state = 'expired', settled_at = %(now)s
   WHERE state = 'waiting' AND expires_at <= %(now)s
  RETURNING id
)
SELECT (SELECT count(*) FROM lost)::int AS lost, (SELECT count(*) FROM old)::int AS old
