-- What `rules` says, for many subjects at once: weighed sums → value of each indicator → points of each scale → score.
-- Answers the scores that are in another place than they were, with the place before.
WITH indicators AS (
  SELECT * FROM unnest(%(codes)s::text[], %(hows)s::text[], %(priors)s::bigint[], %(pseudos)s::bigint[],
                       %(caps)s::bigint[], %(units)s::bigint[], %(windows)s::int[], %(fulls)s::int[], %(starts)s::int[])
    WITH ORDINALITY AS i (code, how, prior_bp, pseudo, cap, unit_bp, window_days, full_days, start, nth)
), parts AS (
  SELECT * FROM unnest(%(scales)s::text[], %(kinds)s::text[], %(parts)s::text[], %(weights)s::bigint[],
                       %(zeros)s::bigint[], %(tops)s::bigint[]) AS p (scale, kind, code, weight, zero_bp, full_bp)
), sums AS (
  SELECT t.subject_id, t.indicator,
         sum(w.weight * CASE WHEN t.total <= i.cap THEN greatest(t.good, 0)
                             ELSE greatest(t.good, 0) * i.cap / t.total END)::bigint AS good,
         sum(w.weight * least(t.total, i.cap))::bigint AS total
    FROM credit_tally t
    JOIN indicators i ON i.code = t.indicator
    CROSS JOIN LATERAL (SELECT (%(decay)s::bigint[])[i.start + (%(today)s::date - t.day) + 1] AS weight) w
   WHERE t.subject_id = ANY (%(subjects)s::text[])
     AND t.day <= %(today)s::date AND t.day >= %(today)s::date - i.window_days
   GROUP BY 1, 2
), known AS (
  SELECT s.id, s.kind, i.code, i.nth,
         greatest(0, least(10000, CASE i.how
           WHEN 'state' THEN coalesce(w.value_bp, i.prior_bp)
           WHEN 'since' THEN least(greatest(%(today)s::date - s.since, 0), i.full_days)::bigint * 10000 / i.full_days
           WHEN 'less' THEN 10000 - (coalesce(u.total, 0) * i.unit_bp) / 65536
           WHEN 'weeks' THEN coalesce(u.total, 0) * 10000
             / (65536 * least(greatest(%(today)s::date - s.since, 0) / 7 + 1, i.window_days / 7))
           ELSE (coalesce(u.good, 0) * 10000 + 65536 * i.pseudo * i.prior_bp)
             / (coalesce(u.total, 0) + 65536 * i.pseudo)
         END)) AS value_bp
    FROM credit_subject s
    CROSS JOIN indicators i
    LEFT JOIN sums u ON u.subject_id = s.id AND u.indicator = i.code
    LEFT JOIN credit_state w ON w.subject_id = s.id AND w.indicator = i.code
   WHERE s.id = ANY (%(subjects)s::text[])
), pointed AS (
  SELECT k.id, p.scale, k.nth, k.value_bp,
         p.weight * least(greatest(k.value_bp - p.zero_bp, 0), p.full_bp - p.zero_bp) / (p.full_bp - p.zero_bp) AS points
    FROM known k JOIN parts p ON p.kind = k.kind AND p.code = k.code
), scored AS (
  SELECT id, scale, sum(points)::smallint AS score, array_agg(points::smallint ORDER BY nth) AS points,
         array_agg(value_bp::smallint ORDER BY nth) AS values_bp
    FROM pointed GROUP BY 1, 2
), before AS (
  SELECT subject_id, scale, score FROM credit_score WHERE subject_id = ANY (%(subjects)s::text[])
), written AS (
  INSERT INTO credit_score (subject_id, scale, score, points, values_bp, as_of, version)
  SELECT id, scale, score, points, values_bp, %(today)s::date, %(version)s FROM scored
  ON CONFLICT (subject_id, scale) DO UPDATE
    SET score = excluded.score, points = excluded.points, values_bp = excluded.values_bp,
        as_of = excluded.as_of, version = excluded.version
  RETURNING subject_id, scale, score
), moved AS (
  SELECT w.subject_id, w.scale, w.score, b.score AS score_before
    FROM written w LEFT JOIN before b USING (subject_id, scale) WHERE b.score IS DISTINCT FROM w.score
), noted AS (
  INSERT INTO credit_history (subject_id, scale, day, score)
  SELECT subject_id, scale, %(today)s::date, score FROM moved
  ON CONFLICT (subject_id, scale, day) DO UPDATE SET score = excluded.score
)
SELECT subject_id, scale, score, score_before FROM moved WHERE score_before IS NOT NULL
