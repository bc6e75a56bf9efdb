-- What becomes due to a promoter on each day, and how much of it has.
SELECT e.release_on AS day, sum(e.lines)::bigint AS lines, sum(e.fen)::bigint AS fen,
       coalesce(sum(e.fen) FILTER (
         WHERE CASE WHEN e.late THEN e.epoch < b.epoch
                    ELSE e.release_at <= coalesce(b.watermark, '-infinity'::timestamptz) END), 0)::bigint AS released_fen
  FROM commission_entry e JOIN commission_books b ON b.books = e.books
 WHERE e.books = %(books)s AND e.promoter_id = %(promoter_id)s
   AND e.release_on BETWEEN %(since)s::date AND %(until)s::date
 GROUP BY 1 ORDER BY 1
