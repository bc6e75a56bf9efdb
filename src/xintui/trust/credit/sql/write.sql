-- Scores of one scale, and the day for those that moved. Answers these with what they were; a first score has not moved.
-- (An array inside a SELECT of its own is made once and not for every row. What was there is asked by its key, row by
-- row: a join of twenty thousand given rows is planned as a loop in a loop while the table has no statistics yet.)
WITH given AS (
  SELECT g.id AS subject_id, g.score,
         ((SELECT %(points)s::text::smallint[]))[(g.n - 1) * %(width)s::int + 1 : g.n * %(width)s::int] AS points,
         ((SELECT %(values)s::text::smallint[]))[(g.n - 1) * %(width)s::int + 1 : g.n * %(width)s::int] AS values_bp
    FROM unnest(%(subjects)s::text[], %(scores)s::smallint[]) WITH ORDINALITY AS g (id, score, n)
), before AS (
  SELECT g.subject_id, g.score,
         (SELECT b.score FROM credit_score b WHERE b.subject_id = g.subject_id AND b.scale = %(scale)s) AS score_before
    FROM given g
), written AS (
  INSERT INTO credit_score (subject_id, scale, score, points, values_bp, as_of, version)
  SELECT subject_id, %(scale)s, score, points, values_bp, %(today)s::date, %(version)s FROM given
  ON CONFLICT (subject_id, scale) DO UPDATE
    SET score = excluded.score, points = excluded.points, values_bp = excluded.values_bp,
        as_of = excluded.as_of, version = excluded.version
), moved AS (
  SELECT subject_id, score, score_before FROM before WHERE score_before IS DISTINCT FROM score
), noted AS (
  INSERT INTO credit_history (subject_id, scale, day, score)
  SELECT subject_id, %(scale)s, %(today)s::date, score FROM moved
  ON CONFLICT (subject_id, scale, day) DO UPDATE SET score = excluded.score
)
SELECT subject_id, score, score_before FROM moved WHERE score_before IS NOT NULL
