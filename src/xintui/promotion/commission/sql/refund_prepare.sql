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
  -- What is given back counts where what was taken did, so that the two leave nothing behind.
  SELECT t.refund_id, t.refund_fen, t.refunded_at, l.*,
         CASE WHEN t.refund_fen < 0 THEN (
                SELECT coalesce(k.early, l.release_at IS NULL OR k.refunded_at < l.release_at) FROM commission_refund k
                 WHERE k.books = %(books)s AND k.refund_id = commission_undone(t.refund_id))
              ELSE l.release_at IS NULL OR t.refunded_at < l.release_at END AS early,
         sum(t.refund_fen) OVER (
           PARTITION BY l.order_id, l.line_id ORDER BY t.refunded_at, t.refund_id COLLATE "C")::bigint AS upto_fen
    FROM taken t JOIN locked l USING (order_id, line_id)
)
INSERT INTO commission_do_refund
SELECT refund_id, order_id, line_id, promoter_id, merchant_id, refund_fen, refunded_at, release_at,
       promoter_id <> '' AND promoter_id <> buyer_id,
       release_at IS NOT NULL AND CASE WHEN late THEN epoch < %(epoch)s
                                       ELSE release_at <= coalesce(%(watermark)s, '-infinity'::timestamptz) END,
       late,
       to_char(commission_wall(CASE
         WHEN refund_fen >= 0 OR early OR release_at IS NOT NULL THEN release_at
         ELSE (SELECT h.release_at FROM commission_hold h  -- its line waits, and its month stands with the hold
                WHERE h.promoter_id = u.promoter_id AND h.order_id = u.order_id AND h.line_id = u.line_id
                  AND h.ended_at IS NULL LIMIT 1) END), 'YYYY-MM'),
       commission_target(paid_fen - refunded_fen - upto_fen + refund_fen, rate_bp, cap_fen)
         - commission_target(paid_fen - refunded_fen - upto_fen, rate_bp, cap_fen), early
  FROM upto u
