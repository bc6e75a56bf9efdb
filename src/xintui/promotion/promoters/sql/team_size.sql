-- How many joined through a promoter: directly, further down, and how many of all are active.
WITH RECURSIVE team AS (
  SELECT id, state, 1 AS distance FROM promoters_promoter WHERE sponsor_id = %(promoter_id)s
  UNION ALL
  SELECT p.id, p.state, team.distance + 1 FROM promoters_promoter p JOIN team ON p.sponsor_id = team.id
)
SELECT count(*) FILTER (WHERE distance = 1)::int AS direct, count(*) FILTER (WHERE distance > 1)::int AS further,
       count(*) FILTER (WHERE state = 'active')::int AS active
  FROM team
