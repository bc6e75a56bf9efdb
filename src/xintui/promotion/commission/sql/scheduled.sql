-- The part of a promoter's pending commission whose release instant is known.
SELECT coalesce(sum(e.fen), 0)::bigint AS fen
  FROM commission_entry e JOIN commission_books b ON b.books = e.books
 WHERE e.books = %(books)s AND e.promoter_id = %(promoter_id)s
   AND NOT CASE WHEN e.late THEN e.epoch < b.epoch
                ELSE e.release_at <= coalesce(b.watermark, '-infinity'::timestamptz) END
