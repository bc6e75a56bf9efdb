-- Whether a sweep at `now` would change anything: something is ripe, or a month has ended since the last one.
SELECT EXISTS (
         SELECT FROM commission_entry
          WHERE books = %(books)s AND NOT late AND release_at <= %(now)s
            AND release_at > coalesce(b.watermark, '-infinity'::timestamptz)
            AND release_on <= commission_day(%(now)s)
            AND release_on >= coalesce(commission_day(b.watermark), '-infinity'::date))
       OR EXISTS (SELECT FROM commission_entry WHERE books = %(books)s AND late AND epoch = b.epoch)
       OR commission_first_of_month(b.watermark) < commission_first_of_month(%(now)s) AS ripe
  FROM commission_books b
 WHERE b.books = %(books)s AND (b.watermark IS NULL OR b.watermark < %(now)s)
