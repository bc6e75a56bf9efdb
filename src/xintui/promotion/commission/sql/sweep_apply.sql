-- The batch row, the months' counters, and one due event per promoter and day.
WITH batch AS (
  INSERT INTO commission_sweep (books, epoch, since, until, lines, promoters, fen)
  SELECT %(books)s, %(epoch)s, %(watermark)s, %(now)s, coalesce(sum(lines), 0), count(DISTINCT promoter_id),
         coalesce(sum(fen), 0)::bigint
    FROM commission_do_sweep
  RETURNING lines, fen
), months AS (
  INSERT INTO commission_month AS m (promoter_id, books, month, lines, net_fen, released_fen)
  SELECT promoter_id, %(books)s, to_char(release_on, 'YYYY-MM'), sum(lines), sum(net_fen)::bigint, sum(fen)::bigint
    FROM commission_do_sweep GROUP BY 1, 3
  ON CONFLICT (promoter_id, books, month) DO UPDATE
     SET lines = m.lines + excluded.lines, net_fen = m.net_fen + excluded.net_fen,
         released_fen = m.released_fen + excluded.released_fen
), due AS (
  INSERT INTO commission_do_due (promoter_id, at, kind, id, fen, on_date, reason, other)
  SELECT promoter_id, release_on::timestamp AT TIME ZONE 'Asia/Shanghai', 0, '', fen,
         greatest(release_on, %(open_from)s::date),
         format('commission.release/%%s/%%s/%%s', %(epoch)s::int, release_on, promoter_id),
         'promoter.pending:' || promoter_id
    FROM commission_do_sweep WHERE fen <> 0
), advanced AS (
  UPDATE commission_books SET watermark = %(now)s, epoch = epoch + 1 WHERE books = %(books)s
)
SELECT lines, fen FROM batch
