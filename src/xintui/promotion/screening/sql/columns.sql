-- Rows later than a batch, every column of a fixed width for a binary copy; unknown is the number that stands for it.
SELECT slot::int4, listed::int4, featured::int4,
       coalesce(deposit_fen, %(none)s)::int8, coalesce(deposit_bp, %(none)s)::int4,
       coalesce(array_position(%(deposit_class)s::text[], deposit_class) - 1, %(none)s)::int4,
       coalesce(array_position(%(deposit_band)s::text[], deposit_band) - 1, %(none)s)::int4,
       coalesce(service, %(none)s)::int4, coalesce(credit, %(none)s)::int4, coalesce(graph, %(none)s)::int4,
       coalesce(array_position(%(level)s::text[], level) - 1, %(none)s)::int4,
       coalesce(tenure_days, %(none)s)::int4, coalesce(net_fen, %(none)s)::int8, coalesce(orders, %(none)s)::int4,
       coalesce(return_bp, %(none)s)::int4, coalesce(complaint_bp, %(none)s)::int4, coalesce(repeat_bp, %(none)s)::int4,
       coalesce(prompt_bp, %(none)s)::int4, coalesce(weeks, %(none)s)::int4,
       coalesce(array_position(%(category)s::text[], category) - 1, %(none)s)::int4, coalesce(violations, %(none)s)::int4
  FROM screening_profile WHERE version > %(version)s
