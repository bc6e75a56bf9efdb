-- The number of the refund that this one undoes (`restore_stage.sql`).
CREATE FUNCTION commission_undone(refund_id text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN left(refund_id, -5);
