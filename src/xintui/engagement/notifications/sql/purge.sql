-- Messages that are kept no longer; one that was never read no longer counts as unread.
WITH gone AS (
  DELETE FROM notifications_message m USING (
    SELECT user_id, id FROM notifications_message WHERE made_at < %(before)s ORDER BY made_at LIMIT %(limit)s
  ) old WHERE m.user_id = old.user_id AND m.id = old.id
  RETURNING m.user_id, m.id, m.listed AND m.read_at IS NULL AS unread
), counted AS (
  UPDATE notifications_inbox i SET unread = i.unread - g.n
    FROM (SELECT user_id, count(*) AS n FROM gone WHERE unread GROUP BY user_id) g WHERE i.user_id = g.user_id
), sendings AS (
  DELETE FROM notifications_delivery d USING gone g WHERE d.user_id = g.user_id AND d.id = g.id
)
SELECT count(*)::int AS gone FROM gone
