ALTER TABLE ledger_account SET (fillfactor = 60);
CREATE INDEX ledger_move_tx ON ledger_move USING brin (tx) WITH (pages_per_range = 32);
CREATE INDEX ledger_move_day ON ledger_move USING brin (on_date) WITH (pages_per_range = 32);
INSERT INTO ledger_fold VALUES (1, 0);

REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON
  ledger_account, ledger_move, ledger_hold, ledger_close, ledger_fold, ledger_kind FROM xintui_app;
REVOKE ALL ON FUNCTION ledger_close_day(text, date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ledger_close_day(text, date) TO xintui_app;
