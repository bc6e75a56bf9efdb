-- Messages nobody was told before; the unread counters; the instructions to WeChat where a permission is left.
WITH told AS (
  SELECT * FROM unnest(
    %(ids)s::text[], %(users)s::text[], %(keys)s::text[], %(codes)s::text[], %(topics)s::text[], %(titles)s::text[],
    %(words)s::text[], %(pages)s::text[], %(listed)s::boolean[], %(data)s::jsonb[], %(loud_from)s::timestamptz[])
    AS t (id, user_id, key, code, topic, title, words, page, listed, data, loud_from)
), made AS (
  INSERT INTO notifications_message
    (id, user_id, key, code, topic, title, words, page, listed, made_at, opened_by)
  SELECT id, user_id, key, code, topic, title, words, page, listed, %(now)s, '' FROM told ORDER BY user_id, id
  ON CONFLICT (user_id, key) DO NOTHING
  RETURNING id, user_id, listed
), counted AS (
  INSERT INTO notifications_inbox AS i (user_id, unread)
  SELECT user_id, count(*) FROM made WHERE listed GROUP BY user_id ORDER BY user_id
  ON CONFLICT (user_id) DO UPDATE SET unread = i.unread + excluded.unread
), sent AS (
  INSERT INTO notifications_delivery
    (id, user_id, code, data, state, not_before, expires_at, attempts, msgid, made_at)
  SELECT t.id, t.user_id, t.code, t.data, 'waiting', t.loud_from, %(expires_at)s, 0, '', %(now)s
    FROM made m JOIN told t ON t.user_id = m.user_id AND t.id = m.id
    JOIN notifications_consent c ON c.user_id = t.user_id AND c.code = t.code AND c."left" > 0
   WHERE t.data <> '{}'::jsonb
)
SELECT count(*)::int AS made FROM made
