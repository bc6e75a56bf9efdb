-- Hold what these lines are still to bring: each is taken out of the schedule by a row of the opposite sign, and waits
-- without a release instant, as if the goods had not been received. Nothing moves in the ledger: pending stays pending.
-- A line is held once for a case, ever: what was let go is not held again by the same case.
WITH lines AS (
  SELECT l.* FROM commission_line l
    JOIN unnest(%(orders)s::text[], %(lines)s::text[]) AS w (order_id, line_id) USING (order_id, line_id)
   WHERE l.books = %(books)s AND l.promoter_id <> '' AND l.promoter_id <> l.buyer_id AND l.paid_fen > l.refunded_fen
     AND NOT (l.release_at IS NOT NULL
              AND CASE WHEN l.late THEN l.epoch < %(epoch)s
                       ELSE l.release_at <= coalesce(%(watermark)s, '-infinity'::timestamptz) END)
     AND NOT EXISTS (SELECT FROM commission_hold h
                      WHERE h.promoter_id = l.promoter_id AND h.case_id = %(case_id)s
                        AND h.order_id = l.order_id AND h.line_id = l.line_id)
), noted AS (
  INSERT INTO commission_hold (promoter_id, case_id, order_id, line_id, merchant_id, says, held_at, until, ending, release_at)
  SELECT l.promoter_id, %(case_id)s, l.order_id, l.line_id, l.merchant_id, %(says)s, %(now)s, %(until)s, '',
         coalesce(l.release_at, (
           SELECT h.release_at FROM commission_hold h
            WHERE h.promoter_id = l.promoter_id AND h.order_id = l.order_id AND h.line_id = l.line_id
              AND h.ended_at IS NULL AND l.held LIMIT 1))
    FROM lines l
), unscheduled AS (
  INSERT INTO commission_entry (books, promoter_id, release_on, release_at, fen, net_fen, lines, late, epoch)
  SELECT books, promoter_id, commission_day(release_at), release_at,
         -commission_target(paid_fen - refunded_fen, rate_bp, cap_fen), refunded_fen - paid_fen, -1, late, %(epoch)s
    FROM lines WHERE release_at IS NOT NULL
), marked AS (
  UPDATE commission_line l SET held = true, release_at = NULL, late = false
    FROM lines k
   WHERE l.books = k.books AND l.order_id = k.order_id AND l.line_id = k.line_id AND l.promoter_id = k.promoter_id
)
SELECT promoter_id, count(*) AS lines,
       sum(commission_target(paid_fen - refunded_fen, rate_bp, cap_fen))::bigint AS fen
  FROM lines GROUP BY promoter_id ORDER BY promoter_id
