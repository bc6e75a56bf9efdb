UPDATE points_member m SET earned = m.earned + n.points
  FROM unnest(%(ids)s::text[], %(points)s::bigint[]) AS n(id, points)
 WHERE m.id = n.id
