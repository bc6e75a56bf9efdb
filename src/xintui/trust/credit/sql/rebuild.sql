-- Days' sums and states of these subjects made again from their signals alone.
WITH gone AS (
  DELETE FROM credit_tally t WHERE t.subject_id = ANY (%(subjects)s::text[])
     AND NOT EXISTS (SELECT 1 FROM credit_signal s
                      WHERE s.subject_id = t.subject_id AND s.indicator = t.indicator AND s.day = t.day)
), tallied AS (
  INSERT INTO credit_tally (subject_id, indicator, day, good, total)
  SELECT subject_id, indicator, day, sum(good)::bigint, sum(total)::bigint FROM credit_signal
   WHERE subject_id = ANY (%(subjects)s::text[]) AND indicator <> ALL (%(states)s::text[]) GROUP BY 1, 2, 3
  ON CONFLICT (subject_id, indicator, day) DO UPDATE SET good = excluded.good, total = excluded.total
    WHERE (credit_tally.good, credit_tally.total) IS DISTINCT FROM (excluded.good, excluded.total)
  RETURNING 1
), said AS (
  INSERT INTO credit_state (subject_id, indicator, value_bp, at, key)
  SELECT DISTINCT ON (subject_id, indicator) subject_id, indicator, good::int, at, key FROM credit_signal
   WHERE subject_id = ANY (%(subjects)s::text[]) AND indicator = ANY (%(states)s::text[])
   ORDER BY subject_id, indicator, at DESC, key DESC
  ON CONFLICT (subject_id, indicator) DO UPDATE
    SET value_bp = excluded.value_bp, at = excluded.at, key = excluded.key
    WHERE (credit_state.value_bp, credit_state.at, credit_state.key)
          IS DISTINCT FROM (excluded.value_bp, excluded.at, excluded.key)
  RETURNING 1
)
SELECT (SELECT count(*) FROM tallied) + (SELECT count(*) FROM said) AS wrong
