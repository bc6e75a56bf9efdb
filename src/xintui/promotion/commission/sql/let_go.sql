-- End the holds of a case (of one promoter, or those whose time is over). A line that nothing else holds is scheduled
-- again at its own instant; if a sweep has passed that meanwhile, it is late and the next one takes it.
WITH ended AS (
  UPDATE commission_hold SET ended_at = %(now)s, ending = %(ending)s
   WHERE ended_at IS NULL AND (%(case_id)s = '' OR case_id = %(case_id)s)
     AND (%(promoter_id)s = '' OR promoter_id = %(promoter_id)s) AND (NOT %(over)s OR until <= %(now)s)
  RETURNING promoter_id, case_id, order_id, line_id, release_at
), free AS (
  SELECT DISTINCT promoter_id, order_id, line_id, release_at FROM ended e
   WHERE NOT EXISTS (  -- another that is open, and is not one of those that end here
           SELECT FROM commission_hold o
            WHERE o.promoter_id = e.promoter_id AND o.order_id = e.order_id AND o.line_id = e.line_id
              AND o.ended_at IS NULL
              AND NOT ((%(case_id)s = '' OR o.case_id = %(case_id)s)
                       AND (%(promoter_id)s = '' OR o.promoter_id = %(promoter_id)s)
                       AND (NOT %(over)s OR o.until <= %(now)s)))
), fixed AS (
  UPDATE commission_line l
     SET held = false, release_at = f.release_at, epoch = %(epoch)s,
         late = coalesce(f.release_at <= coalesce(%(watermark)s, '-infinity'::timestamptz), false)
    FROM free f
   WHERE l.books = %(books)s AND l.order_id = f.order_id AND l.line_id = f.line_id AND l.promoter_id = f.promoter_id
  RETURNING l.*
), scheduled AS (
  INSERT INTO commission_entry (books, promoter_id, release_on, release_at, fen, net_fen, lines, late, epoch)
  SELECT books, promoter_id, commission_day(release_at), release_at,
         commission_target(paid_fen - refunded_fen, rate_bp, cap_fen), paid_fen - refunded_fen, 1, late, epoch
    FROM fixed WHERE release_at IS NOT NULL
)
SELECT promoter_id, count(*) AS lines,
       sum(commission_target(paid_fen - refunded_fen, rate_bp, cap_fen))::bigint AS fen
  FROM fixed GROUP BY promoter_id ORDER BY promoter_id
