-- The buyer has the goods: fix the release instant once and schedule what the line is worth by now. A line that no plan
-- covered waits seven days like the rest. Some promoters wait fewer days, never fewer than the seven of the law: within
-- them the goods may come back without a reason. The caller has made the partitions of `receive_months`.
-- A line that is held has its instant written down with the hold, and is scheduled when it is let go.
WITH told AS (
  SELECT r.order_id, r.line_id, min(r.received_at) AS received_at
    FROM unnest(%(orders)s::text[], %(lines)s::text[], %(received)s::timestamptz[]) AS r(order_id, line_id, received_at)
   GROUP BY 1, 2
), timed AS (
  SELECT l.order_id, l.line_id,
         t.received_at + make_interval(hours => 24 * greatest(least(f.days, 7), f.days - coalesce(s.days, 0))) AS release_at
    FROM told t
    JOIN commission_line l ON l.books = %(books)s AND l.order_id = t.order_id AND l.line_id = t.line_id
    LEFT JOIN commission_plan p ON p.books = l.books AND p.version = l.plan_version
    CROSS JOIN LATERAL (SELECT coalesce((p.body ->> 'freeze_days')::int, 7) AS days) f
    LEFT JOIN unnest(%(sooner)s::text[], %(days)s::int[]) AS s(promoter_id, days) ON s.promoter_id = l.promoter_id
   WHERE l.release_at IS NULL
), kept AS (
  UPDATE commission_hold h SET release_at = t.release_at
    FROM timed t
   WHERE h.order_id = t.order_id AND h.line_id = t.line_id AND h.ended_at IS NULL AND h.release_at IS NULL
), fixed AS (
  UPDATE commission_line l
     SET release_at = t.release_at, late = t.release_at <= coalesce(%(watermark)s, '-infinity'::timestamptz),
         epoch = %(epoch)s
    FROM timed t
   WHERE l.books = %(books)s AND l.order_id = t.order_id AND l.line_id = t.line_id AND l.release_at IS NULL
     AND NOT l.held
  RETURNING l.*
)
INSERT INTO commission_entry (books, promoter_id, release_on, release_at, fen, net_fen, lines, late, epoch)
SELECT books, promoter_id, commission_day(release_at), release_at,
       commission_target(paid_fen - refunded_fen, rate_bp, cap_fen), paid_fen - refunded_fen, 1, late, epoch
  FROM fixed WHERE promoter_id <> '' AND promoter_id <> buyer_id
