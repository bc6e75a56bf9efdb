-- Signals that are new become rows, their days' sums and the states that are the last word. Answers whom they are about.
-- The subjects are locked by the caller; what was there already changes nothing.
WITH given AS (
  SELECT * FROM unnest(%(subjects)s::text[], %(keys)s::text[], %(indicators)s::text[],
                       %(days)s::date[], %(ats)s::timestamptz[], %(goods)s::bigint[], %(totals)s::bigint[],
                       %(says)s::text[], %(refs)s::text[])
    AS g (subject_id, key, indicator, day, at, good, total, says, ref)
), made AS (
  INSERT INTO credit_signal (subject_id, key, indicator, day, at, good, total, says, ref)
  SELECT subject_id, key, indicator, day, at, good, total, says, ref FROM given
  ON CONFLICT DO NOTHING
  RETURNING subject_id, key, indicator, day, at, good, total
), tallied AS (
  INSERT INTO credit_tally (subject_id, indicator, day, good, total)
  SELECT subject_id, indicator, day, sum(good)::bigint, sum(total)::bigint
    FROM made WHERE indicator <> ALL (%(states)s::text[]) GROUP BY 1, 2, 3
  ON CONFLICT (subject_id, indicator, day) DO UPDATE
    SET good = credit_tally.good + excluded.good, total = credit_tally.total + excluded.total
  RETURNING 1
), said AS (
  INSERT INTO credit_state (subject_id, indicator, value_bp, at, key)
  SELECT DISTINCT ON (subject_id, indicator) subject_id, indicator, good::int, at, key
    FROM made WHERE indicator = ANY (%(states)s::text[]) ORDER BY subject_id, indicator, at DESC, key DESC
  ON CONFLICT (subject_id, indicator) DO UPDATE
    SET value_bp = excluded.value_bp, at = excluded.at, key = excluded.key
    WHERE (excluded.at, excluded.key) > (credit_state.at, credit_state.key)
  RETURNING 1
)
SELECT DISTINCT subject_id, (SELECT count(*) FROM tallied) + (SELECT count(*) FROM said) AS rows FROM made
