-- Append-only by grant and by trigger, for rows and for TRUNCATE, whoever asks (rule R3).
CREATE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = '23514';
END $$;
CREATE TRIGGER ledger_move_append_only BEFORE UPDATE OR DELETE ON ledger_move
  FOR EACH ROW EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER ledger_move_no_truncate BEFORE TRUNCATE ON ledger_move
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER ledger_close_append_only BEFORE UPDATE OR DELETE ON ledger_close
  FOR EACH ROW EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER ledger_close_no_truncate BEFORE TRUNCATE ON ledger_close
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse();
ALTER TABLE ledger_move ENABLE ALWAYS TRIGGER ledger_move_append_only;
ALTER TABLE ledger_move ENABLE ALWAYS TRIGGER ledger_move_no_truncate;
ALTER TABLE ledger_close ENABLE ALWAYS TRIGGER ledger_close_append_only;
ALTER TABLE ledger_close ENABLE ALWAYS TRIGGER ledger_close_no_truncate;

ALTER TABLE ledger_account SET (fillfactor = 60);
CREATE INDEX ledger_move_tx ON ledger_move USING brin (tx) WITH (pages_per_range = 32);
CREATE INDEX ledger_move_day ON ledger_move USING brin (on_date) WITH (pages_per_range = 32);
INSERT INTO ledger_fold VALUES (1, 0);

REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON
  ledger_account, ledger_move, ledger_hold, ledger_close, ledger_fold, ledger_kind FROM xintui_app;
REVOKE ALL ON FUNCTION ledger_close_day(text, date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ledger_close_day(text, date) TO xintui_app;
