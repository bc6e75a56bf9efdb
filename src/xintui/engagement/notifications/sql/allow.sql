-- What a person answered WeChat's question with, template by template.
INSERT INTO notifications_consent AS c (user_id, code, "left", granted, declined, changed_at)
SELECT %(user_id)s, code, allowed::int, allowed::int, 1 - allowed::int, %(now)s
  FROM unnest(%(codes)s::text[], %(allowed)s::boolean[]) AS t (code, allowed)
ON CONFLICT (user_id, code) DO UPDATE
   SET "left" = c."left" + excluded."left", granted = c.granted + excluded.granted,
       declined = c.declined + excluded.declined, changed_at = excluded.changed_at
