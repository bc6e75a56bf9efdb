-- The next message that is due and that no other courier holds: leased, and with its permission used up.
WITH due AS (
  SELECT user_id, id, code FROM notifications_delivery
   WHERE state = 'waiting' AND not_before <= %(now)s AND expires_at > %(now)s
   ORDER BY not_before LIMIT 1 FOR UPDATE SKIP LOCKED
), used AS (
  UPDATE notifications_consent c SET "left" = c."left" - 1, changed_at = %(now)s
    FROM due WHERE c.user_id = due.user_id AND c.code = due.code AND c."left" > 0
  RETURNING c.user_id
)
UPDATE notifications_delivery d
   SET state = CASE WHEN EXISTS (SELECT FROM used) THEN 'sending' ELSE 'refused' END,
       settled_at = CASE WHEN EXISTS (SELECT FROM used) THEN NULL ELSE %(now)s::timestamptz END,
       attempts = attempts + 1, lease_until = %(lease_until)s
  FROM due WHERE d.user_id = due.user_id AND d.id = due.id
RETURNING d.id, d.user_id, d.code, d.data, d.state
