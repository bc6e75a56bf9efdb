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
  ('tax.payable',       1, NULL),
  -- In points (PTS). A deposit's room grows with every fen of cash and shrinks with every point that stands for one:
  -- its floor is what keeps points from being more than half of any deposit.
  ('points.issued',    -1, NULL),
  ('points.balance',    1, 0),
  ('points.pledged',    1, 0),
  ('points.spent',      1, NULL),
  ('offset.limit',     -1, NULL),
  ('offset.room',       1, 0);
