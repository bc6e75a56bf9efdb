-- Each subject's and indicator's sums of the window, every day capped and weighed by its age: (which, which, good, total).
SELECT s.n, i.nth,
       sum(w.weight * CASE WHEN t.total <= i.cap THEN greatest(t.good, 0)
                           ELSE greatest(t.good, 0) * i.cap / t.total END)::bigint,
       sum(w.weight * least(t.total, i.cap))::bigint
  FROM unnest(%(subjects)s::text[]) WITH ORDINALITY AS s (id, n)
  JOIN credit_tally t ON t.subject_id = s.id
  JOIN unnest(%(codes)s::text[], %(caps)s::bigint[], %(windows)s::int[], %(starts)s::int[])
       WITH ORDINALITY AS i (code, cap, window_days, start, nth) ON i.code = t.indicator
  CROSS JOIN LATERAL (SELECT ((SELECT %(decay)s::bigint[]))[i.start + (%(today)s::date - t.day) + 1] AS weight) w
 WHERE t.day <= %(today)s::date AND t.day >= %(today)s::date - i.window_days
 GROUP BY 1, 2
