-- Some of those whose facts have changed.
DELETE FROM screening_stale WHERE promoter_id IN (
  SELECT promoter_id FROM screening_stale ORDER BY 1 LIMIT %(limit)s FOR UPDATE SKIP LOCKED)
RETURNING promoter_id
