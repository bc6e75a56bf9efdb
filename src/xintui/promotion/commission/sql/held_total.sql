-- What waits of one promoter's in all: a line that two cases hold waits once.
SELECT coalesce(sum(commission_target(l.paid_fen - l.refunded_fen, l.rate_bp, l.cap_fen)), 0)::bigint AS fen
  FROM (SELECT DISTINCT order_id, line_id FROM commission_hold
         WHERE promoter_id = %(promoter_id)s AND ended_at IS NULL) h
  JOIN commission_line l ON l.books = 'shop' AND l.order_id = h.order_id AND l.line_id = h.line_id
                        AND l.promoter_id = %(promoter_id)s
