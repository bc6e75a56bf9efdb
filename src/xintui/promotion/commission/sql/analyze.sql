-- A bulk load inside one transaction leaves the planner with the statistics of an empty table; only an owner may ANALYZE.
-- Only the columns that statements join and group by: the rest is autovacuum's work.
CREATE OR REPLACE FUNCTION commission_analyze(p_months boolean) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF p_months THEN
    ANALYZE commission_month;
  ELSE
    ANALYZE commission_line (books, order_id, line_id, promoter_id, release_at);
  END IF;
END $$;
