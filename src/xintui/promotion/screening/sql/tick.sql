-- The next batch's number. Whoever takes it keeps everybody else from writing profiles until its transaction ends, so
-- that numbers become visible in their order. A number is never given twice, not even after a rollback.
UPDATE screening_progress
   SET version = nextval('screening_batch'),
       recent = (ARRAY[currval('screening_batch')] || recent)[1:512], refreshed_at = %(now)s
 WHERE id = 1 RETURNING version
