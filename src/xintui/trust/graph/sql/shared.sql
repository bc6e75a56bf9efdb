-- Identifiers that several people were seen with and not so many that it says nothing; and by whom.
SELECT m.kind, m.digest, m.person_id
  FROM graph_mark m
  JOIN (SELECT s.kind, s.digest FROM graph_mark s
          JOIN unnest(%(kinds)s::text[], %(mosts)s::int[]) AS t (kind, most) ON t.kind = s.kind
         WHERE s.first_at <= %(now)s AND s.ends_at > %(now)s
         GROUP BY s.kind, s.digest, t.most HAVING count(*) BETWEEN 2 AND t.most) one USING (kind, digest)
 WHERE m.first_at <= %(now)s AND m.ends_at > %(now)s
 ORDER BY m.kind, m.digest, m.person_id
