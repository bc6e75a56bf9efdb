-- Everything unread, or that of one topic, becomes read; the counter follows. How many are left unread.
WITH read AS (
  UPDATE notifications_message SET read_at = %(now)s, shown_at = coalesce(shown_at, %(now)s)
   WHERE user_id = %(user_id)s AND listed AND read_at IS NULL AND (%(topic)s = '' OR topic = %(topic)s)
  RETURNING id
)
UPDATE notifications_inbox SET unread = unread - (SELECT count(*) FROM read) WHERE user_id = %(user_id)s
