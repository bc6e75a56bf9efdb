-- The lower end of the Wilson interval in basis points, rounded down; operation by operation `rules.low_bp`. One
-- expression without a sub-select, so that the planner writes it out instead of calling it for every row.
CREATE FUNCTION quality_low_bp(p_count bigint, p_of bigint, p_z_milli integer) RETURNS integer
LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN p_of = 0 THEN 0 ELSE greatest(0, floor(
    (p_count / p_of::float8
     + p_z_milli / 1000.0::float8 * (p_z_milli / 1000.0::float8) / (2.0::float8 * p_of::float8)
     - p_z_milli / 1000.0::float8
       * sqrt(p_count / p_of::float8 * (1.0::float8 - p_count / p_of::float8) / p_of::float8
              + p_z_milli / 1000.0::float8 * (p_z_milli / 1000.0::float8) / (4.0::float8 * p_of::float8 * p_of::float8)))
    / (1.0::float8 + p_z_milli / 1000.0::float8 * (p_z_milli / 1000.0::float8) / p_of::float8) * 10000.0::float8))::integer END
$$;

-- What a figure is worth: `rules.figure`. Over its limit at all is asked first: only then the bound is worth its roots.
CREATE FUNCTION quality_verdict(p_count bigint, p_of bigint, p_least integer, p_limit_bp integer, p_z_milli integer)
RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN p_of < p_least THEN 'few'
              WHEN p_count * 10000 <= p_limit_bp * p_of THEN 'good'
              WHEN quality_low_bp(p_count, p_of, p_z_milli) > p_limit_bp THEN 'bad' ELSE 'over' END
$$;
