-- The lower end of the Wilson interval in basis points, rounded down; operation by operation `rules.low_bp`.
CREATE FUNCTION quality_low_bp(p_count bigint, p_of bigint, p_z_milli integer) RETURNS integer
LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN p_of = 0 THEN 0 ELSE (
    SELECT greatest(0, floor((share + z * z / (2.0::float8 * n)
                              - z * sqrt(share * (1.0::float8 - share) / n + z * z / (4.0::float8 * n * n)))
                             / (1.0::float8 + z * z / n) * 10000.0::float8))::integer
      FROM (SELECT p_z_milli / 1000.0::float8 AS z, p_of::float8 AS n, p_count / p_of::float8 AS share) AS t) END
$$;

-- What a figure is worth: `rules.figure`.
CREATE FUNCTION quality_verdict(p_count bigint, p_of bigint, p_least integer, p_limit_bp integer, p_z_milli integer)
RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN p_of < p_least THEN 'few'
              WHEN quality_low_bp(p_count, p_of, p_z_milli) > p_limit_bp THEN 'bad'
              WHEN p_count * 10000 > p_limit_bp * p_of THEN 'over' ELSE 'good' END
$$;
