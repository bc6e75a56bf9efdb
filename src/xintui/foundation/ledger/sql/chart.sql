-- The chart of accounts: the side an account grows on, and its floor. No floor: no hot balance row (rule R12).
CREATE TABLE ledger_kind (kind text PRIMARY KEY, normal smallint NOT NULL, floor_fen bigint);
INSERT INTO ledger_kind VALUES
  ('gateway.clearing', -1, NULL),
  ('merchant.payable',  1, NULL),
  ('platform.fee',      1, NULL),
  ('platform.bonus',   -1, NULL),
  ('promoter.pending',  1, 0),
  ('promoter.due',      1, 0),
  ('promoter.debt',    -1, 0),
  ('promoter.deposit',  1, 0),
  ('merchant.deposit',  1, 0),
  ('buyer.debt',       -1, 0),
  ('payout.clearing',   1, NULL),
  ('tax.payable',       1, NULL);
