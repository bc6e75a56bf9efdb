-- What one release run released to each promoter.
SELECT promoter_id, sum(fen)::bigint AS fen, sum(lines)::bigint AS lines
  FROM commission_entry
 WHERE books = %(books)s AND promoter_id > %(after)s
   AND ((NOT late AND release_at <= %(until)s AND release_at > coalesce(%(since)s, '-infinity'::timestamptz))
        OR (late AND epoch = %(epoch)s))
 GROUP BY promoter_id
HAVING sum(fen) > 0
 ORDER BY promoter_id
 LIMIT %(limit)s
