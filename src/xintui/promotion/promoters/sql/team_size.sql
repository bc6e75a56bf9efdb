-- How many joined through a promoter: directly, further down, and how many of all are active.
SELECT count(*) FILTER (WHERE distance = 1)::int AS direct, count(*) FILTER (WHERE distance > 1)::int AS further,
       count(*) FILTER (WHERE state = 'active')::int AS active
  FROM promoters_below WHERE above_id = %(promoter_id)s
