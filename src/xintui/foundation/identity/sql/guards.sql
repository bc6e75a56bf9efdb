-- The trail is append-only by grant and by trigger, for rows and for TRUNCATE, whoever asks (rule R3, threat 24).
CREATE FUNCTION identity_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = '23514';
END $$;
CREATE TRIGGER identity_audit_append_only BEFORE UPDATE OR DELETE ON identity_audit_entry
  FOR EACH ROW EXECUTE FUNCTION identity_refuse();
CREATE TRIGGER identity_audit_no_truncate BEFORE TRUNCATE ON identity_audit_entry
  FOR EACH STATEMENT EXECUTE FUNCTION identity_refuse();
ALTER TABLE identity_audit_entry ENABLE ALWAYS TRIGGER identity_audit_append_only;
ALTER TABLE identity_audit_entry ENABLE ALWAYS TRIGGER identity_audit_no_truncate;
REVOKE UPDATE, DELETE, TRUNCATE ON identity_audit_entry FROM xintui_app;
