-- The days in which messages may still be opened are counted again.
WITH seen AS (
  SELECT (made_at AT TIME ZONE 'Asia/Shanghai')::date AS day, code, count(*)::int AS made,
         count(shown_at)::int AS shown, count(opened_at)::int AS opened,
         (count(*) FILTER (WHERE opened_by = 'wechat'))::int AS opened_there
    FROM notifications_message WHERE made_at >= %(since)s GROUP BY 1, 2
), sent AS (
  SELECT (made_at AT TIME ZONE 'Asia/Shanghai')::date AS day, code,
         (count(*) FILTER (WHERE state = 'sent'))::int AS sent,
         (count(*) FILTER (WHERE state = 'refused'))::int AS refused,
         (count(*) FILTER (WHERE state = 'failed'))::int AS failed,
         (count(*) FILTER (WHERE state = 'unknown'))::int AS unknown
    FROM notifications_delivery WHERE made_at >= %(since)s GROUP BY 1, 2
)
INSERT INTO notifications_tally AS t
  (id, day, code, made, shown, opened, opened_there, sent, refused, failed, unknown)
SELECT s.day || '.' || s.code, s.day, s.code, s.made, s.shown, s.opened, s.opened_there, coalesce(w.sent, 0),
       coalesce(w.refused, 0), coalesce(w.failed, 0), coalesce(w.unknown, 0)
  FROM seen s LEFT JOIN sent w USING (day, code)
ON CONFLICT (day, code) DO UPDATE
   SET made = excluded.made, shown = excluded.shown, opened = excluded.opened, opened_there = excluded.opened_there,
       sent = excluded.sent, refused = excluded.refused, failed = excluded.failed, unknown = excluded.unknown
