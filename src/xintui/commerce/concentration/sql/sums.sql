-- Each live case's lines, and those of them that came to after-sales.
UPDATE concentration_case c SET lines = s.lines, asked = s.asked
  FROM (SELECT case_id, count(*)::int AS lines, count(*) FILTER (WHERE reason <> '')::int AS asked
          FROM concentration_line GROUP BY 1) s
 WHERE s.case_id = c.id AND c.state IN ('open', 'confirmed') AND (c.lines, c.asked) IS DISTINCT FROM (s.lines, s.asked)
