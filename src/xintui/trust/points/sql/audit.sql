-- Members whose counter is not what the earnings add up to.
SELECT m.id, format('累计获得 %%s，记录合计 %%s', m.earned, coalesce(e.points, 0)) AS detail
  FROM points_member m
  LEFT JOIN (SELECT member_id, sum(points)::bigint AS points FROM points_earning GROUP BY 1) e ON e.member_id = m.id
 WHERE m.earned <> coalesce(e.points, 0)
 ORDER BY 1
