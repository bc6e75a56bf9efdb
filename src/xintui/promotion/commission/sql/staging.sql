-- What comes in and what goes out of one settlement call. Temporary, private to the session, empty after each commit.
-- What has one width stands first, what may be null last: a scan finds it without walking over the texts before it.
CREATE TEMP TABLE IF NOT EXISTS commission_in_sale (
  paid_at timestamptz, qty bigint, paid_fen bigint, row integer,
  order_id text, line_id text, promoter_id text, promoter_level text, merchant_id text, category text,
  product_id text, buyer_id text, currency text, sku_id text, received_at timestamptz
) ON COMMIT DELETE ROWS;
CREATE TEMP TABLE IF NOT EXISTS commission_in_rule (
  plan_version text, merchant_id text, category text, product_id text, sku_id text, promoter_id text,
  promoter_level text, rule_id text, rate_bp integer, cap_fen bigint
) ON COMMIT DELETE ROWS;
CREATE TEMP TABLE IF NOT EXISTS commission_in_refund (
  row integer, refund_id text, order_id text, line_id text, refund_fen bigint, refunded_at timestamptz
) ON COMMIT DELETE ROWS;
CREATE TEMP TABLE IF NOT EXISTS commission_in_withdrawal (
  row integer, withdrawal_id text, promoter_id text, amount_fen bigint, withdrawn_at timestamptz
) ON COMMIT DELETE ROWS;
-- Lines of the batch that are paid after the instant we settle to.
CREATE TEMP TABLE IF NOT EXISTS commission_do_later (order_id text, line_id text, paid_at timestamptz)
  ON COMMIT DELETE ROWS;
-- Refunds being applied, with their line as it stands and what each takes from the commission.
CREATE TEMP TABLE IF NOT EXISTS commission_do_refund (
  refund_id text, order_id text, line_id text, promoter_id text, merchant_id text, refund_fen bigint,
  refunded_at timestamptz, release_at timestamptz, earns boolean, released boolean, late boolean, month text,
  delta_fen bigint, early boolean
) ON COMMIT DELETE ROWS;
-- What a sweep releases, per promoter and day.
CREATE TEMP TABLE IF NOT EXISTS commission_do_sweep (
  promoter_id text, release_on date, fen bigint, net_fen bigint, lines bigint
) ON COMMIT DELETE ROWS;
-- Everything that changes a promoter's due position, signed. kind: 0 release, 1 month close, 2 refund, 3 withdrawal.
CREATE TEMP TABLE IF NOT EXISTS commission_do_due (
  promoter_id text, at timestamptz, kind smallint, id text, fen bigint, on_date date, reason text, other text
) ON COMMIT DELETE ROWS;
-- The ledger moves of this call, in the order they are posted.
CREATE TEMP TABLE IF NOT EXISTS commission_out_move (
  n bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, reason text, seq smallint, debit text, credit text, fen bigint, on_date date
) ON COMMIT DELETE ROWS;
TRUNCATE commission_in_sale, commission_in_rule, commission_in_refund, commission_in_withdrawal, commission_do_later,
  commission_do_refund, commission_do_sweep, commission_do_due, commission_out_move RESTART IDENTITY;
