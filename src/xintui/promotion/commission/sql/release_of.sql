-- The sweep that released a line: the first one past its instant, or for a line that came too late the one it came before.
SELECT min(s.epoch) AS epoch
  FROM commission_line l
  JOIN commission_sweep s ON s.books = l.books
   AND CASE WHEN l.late THEN s.epoch = l.epoch ELSE s.until >= l.release_at END
 WHERE l.books = %(books)s AND l.order_id = %(order_id)s AND l.line_id = %(line_id)s AND l.release_at IS NOT NULL
