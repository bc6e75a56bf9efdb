-- A case's lines by the day they were paid, quiet days included.
SELECT g.day::date AS day, count(l.line_id)::int AS lines, count(l.line_id) FILTER (WHERE l.reason <> '')::int AS asked
  FROM generate_series(%(first)s::date, %(last)s::date, interval '1 day') AS g (day)
  LEFT JOIN concentration_line l ON l.case_id = %(case_id)s AND (l.paid_at AT TIME ZONE 'Asia/Shanghai')::date = g.day::date
 GROUP BY 1 ORDER BY 1
