-- The buyer has the goods: fix the release instant once and schedule what the line is worth by now. New partitions may
-- be needed: the caller has made those of `receive_months`.
WITH told AS (
  SELECT r.order_id, r.line_id, min(r.received_at) AS received_at
    FROM unnest(%(orders)s::text[], %(lines)s::text[], %(received)s::timestamptz[]) AS r(order_id, line_id, received_at)
   GROUP BY 1, 2
), fixed AS (
  UPDATE commission_line l
     SET release_at = t.received_at + make_interval(hours => 24 * coalesce((p.body ->> 'freeze_days')::int, 7)),
         late = t.received_at + make_interval(hours => 24 * coalesce((p.body ->> 'freeze_days')::int, 7))
                <= coalesce(%(watermark)s, '-infinity'::timestamptz),
         epoch = %(epoch)s
    FROM told t, commission_plan p
   WHERE l.books = %(books)s AND l.order_id = t.order_id AND l.line_id = t.line_id AND l.release_at IS NULL
     AND p.books = l.books AND p.version = l.plan_version
  RETURNING l.*
)
INSERT INTO commission_entry (books, promoter_id, release_on, release_at, fen, net_fen, lines, late, epoch)
SELECT books, promoter_id, commission_day(release_at), release_at,
       commission_target(paid_fen - refunded_fen, rate_bp, cap_fen), paid_fen - refunded_fen, 1, late, epoch
  FROM fixed WHERE promoter_id <> '' AND promoter_id <> buyer_id
