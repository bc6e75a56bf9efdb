-- What stands held for these cases (none named: for this promoter), by case and promoter; what was refunded is no more.
SELECT h.case_id, h.promoter_id, count(*) AS lines,
       sum(commission_target(l.paid_fen - l.refunded_fen, l.rate_bp, l.cap_fen))::bigint AS fen,
       min(h.held_at) AS since, max(h.until) AS until, min(h.says) AS says
  FROM commission_hold h
  JOIN commission_line l ON l.books = 'shop' AND l.order_id = h.order_id AND l.line_id = h.line_id
                        AND l.promoter_id = h.promoter_id AND l.paid_fen > l.refunded_fen
 WHERE h.ended_at IS NULL AND (%(promoter_id)s = '' OR h.promoter_id = %(promoter_id)s)
   AND (%(cases)s::text[] IS NULL OR h.case_id = ANY (%(cases)s::text[]))
 GROUP BY 1, 2 ORDER BY 1, 2
