-- Days' sums and states of these subjects compared with their signals; what differs is made again from the signals.
WITH days AS (
  SELECT subject_id, indicator, day, sum(good)::bigint AS good, sum(total)::bigint AS total FROM credit_signal
   WHERE subject_id = ANY (%(subjects)s::text[]) AND indicator <> ALL (%(states)s::text[]) GROUP BY 1, 2, 3
), tallies AS (
  SELECT subject_id, indicator, day, good, total FROM credit_tally WHERE subject_id = ANY (%(subjects)s::text[])
), differ AS (
  SELECT subject_id, indicator, day, d.good, d.total
    FROM days d FULL JOIN tallies t USING (subject_id, indicator, day)
   WHERE (d.good, d.total) IS DISTINCT FROM (t.good, t.total)
), gone AS (
  DELETE FROM credit_tally t USING differ d
   WHERE d.good IS NULL AND (t.subject_id, t.indicator, t.day) = (d.subject_id, d.indicator, d.day)
), tallied AS (
  INSERT INTO credit_tally (subject_id, indicator, day, good, total)
  SELECT subject_id, indicator, day, good, total FROM differ WHERE good IS NOT NULL
  ON CONFLICT (subject_id, indicator, day) DO UPDATE SET good = excluded.good, total = excluded.total
), words AS (
  SELECT DISTINCT ON (subject_id, indicator) subject_id, indicator, good::int AS value_bp, at, key FROM credit_signal
   WHERE subject_id = ANY (%(subjects)s::text[]) AND indicator = ANY (%(states)s::text[])
   ORDER BY subject_id, indicator, at DESC, key DESC
), said AS (
  INSERT INTO credit_state (subject_id, indicator, value_bp, at, key)
  SELECT subject_id, indicator, value_bp, at, key FROM words
  ON CONFLICT (subject_id, indicator) DO UPDATE
    SET value_bp = excluded.value_bp, at = excluded.at, key = excluded.key
    WHERE (credit_state.value_bp, credit_state.at, credit_state.key)
          IS DISTINCT FROM (excluded.value_bp, excluded.at, excluded.key)
  RETURNING 1
)
SELECT (SELECT count(*) FROM differ) + (SELECT count(*) FROM said) AS wrong
