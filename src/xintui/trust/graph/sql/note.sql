-- What was seen of whom: the first time, the last time, and until when that is kept. In whatever order it is told.
INSERT INTO graph_mark AS m (kind, digest, person_id, first_at, last_at, ends_at)
SELECT kind, digest, person_id, min(at), max(at), max(ends_at)
  FROM unnest(%(kinds)s::text[], %(digests)s::bytea[], %(people)s::text[], %(ats)s::timestamptz[],
              %(ends)s::timestamptz[]) AS g (kind, digest, person_id, at, ends_at)
 GROUP BY kind, digest, person_id
 ORDER BY kind, digest, person_id
ON CONFLICT (kind, digest, person_id) DO UPDATE
   SET first_at = least(m.first_at, excluded.first_at), last_at = greatest(m.last_at, excluded.last_at),
       ends_at = greatest(m.ends_at, excluded.ends_at)
