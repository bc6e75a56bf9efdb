-- What other modules' statements may read about credit: the scores as stored, and what was counted of whom on which day.
CREATE VIEW credit_facts WITH (security_invoker = true) AS
SELECT subject_id, scale, score, as_of, version FROM credit_score;

REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON credit_facts FROM xintui_app;

CREATE FUNCTION credit_counted(p_subjects text[], p_since date)
RETURNS TABLE (subject_id text, indicator text, day date, good bigint, total bigint)
LANGUAGE sql STABLE AS $$
  SELECT t.subject_id, t.indicator, t.day, t.good, t.total
    FROM credit_tally t WHERE t.subject_id = ANY (p_subjects) AND t.day >= p_since
$$;
