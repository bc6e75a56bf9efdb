-- Something happened to these promoters.
INSERT INTO screening_stale (promoter_id) SELECT DISTINCT unnest(%(promoters)s::text[]) ORDER BY 1 ON CONFLICT DO NOTHING
