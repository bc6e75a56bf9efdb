-- Some days to count. A day that is marked again while it is counted waits for this transaction and is counted again.
DELETE FROM quality_stale
 WHERE (merchant_id, day) IN (
   SELECT merchant_id, day FROM quality_stale ORDER BY merchant_id, day LIMIT %(most)s FOR UPDATE SKIP LOCKED)
RETURNING merchant_id, day
