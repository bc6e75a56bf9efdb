-- Take a pass of refunds with their lines as they stand now. First pass: what happened before its line's release and
-- meets it unreleased; second pass (after the sweep): the rest. Lines are locked in key order.
WITH taken AS (
  DELETE FROM commission_in_refund r USING commission_line l
   WHERE l.books = %(books)s AND l.order_id = r.order_id AND l.line_id = r.line_id
     AND (%(last)s OR l.release_at IS NULL
          OR (r.refunded_at < l.release_at
              AND NOT CASE WHEN l.late THEN l.epoch < %(epoch)s
                           ELSE l.release_at <= coalesce(%(watermark)s, '-infinity'::timestamptz) END))
  RETURNING r.*
), locked AS (
  SELECT l.* FROM commission_line l
   WHERE l.books = %(books)s AND (l.order_id, l.line_id) IN (SELECT order_id, line_id FROM taken)
   ORDER BY l.order_id, l.line_id FOR NO KEY UPDATE
), upto AS (
  SELECT t.refund_id, t.refund_fen, t.refunded_at, l.*,
         sum(t.refund_fen) OVER (
           PARTITION BY l.order_id, l.line_id ORDER BY t.refunded_at, t.refund_id COLLATE "C")::bigint AS upto_fen
    FROM taken t JOIN locked l USING (order_id, line_id)
)
INSERT INTO commission_do_refund
SELECT refund_id, order_id, line_id, promoter_id, merchant_id, refund_fen, refunded_at, release_at,
       promoter_id <> '' AND promoter_id <> buyer_id,
       release_at IS NOT NULL AND CASE WHEN late THEN epoch < %(epoch)s
                                       ELSE release_at <= coalesce(%(watermark)s, '-infinity'::timestamptz) END,
       late, to_char(commission_wall(release_at), 'YYYY-MM'),
       commission_target(paid_fen - refunded_fen - upto_fen + refund_fen, rate_bp, cap_fen)
         - commission_target(paid_fen - refunded_fen - upto_fen, rate_bp, cap_fen)
  FROM upto
