-- Every key carries the column the rows would be distributed by (stack.md, Citus shapes).
ALTER TABLE payouts_withdrawal DROP CONSTRAINT payouts_withdrawal_pkey, ADD PRIMARY KEY (promoter_id, id);
CREATE INDEX payouts_withdrawal_id ON payouts_withdrawal (id);
-- The bank's reference of a payment is used once.
CREATE UNIQUE INDEX payouts_bank_ref ON payouts_withdrawal (bank_ref) WHERE bank_ref IS NOT NULL;
-- What was approved cannot be changed afterwards: amount, payee, rail and bill number are written once (rows 10, 21).
REVOKE UPDATE, DELETE, TRUNCATE ON payouts_withdrawal FROM xintui_app;
GRANT UPDATE (tax_fen, state, reason, maker, checker, not_before, sent_at, settled_at, paid_month, bank_ref)
   ON payouts_withdrawal TO xintui_app;
REVOKE UPDATE, DELETE, TRUNCATE ON payouts_event, payouts_policy FROM xintui_app;
REVOKE UPDATE, DELETE, TRUNCATE ON payouts_tax_line FROM xintui_app;
GRANT UPDATE (reversed_at) ON payouts_tax_line TO xintui_app;
REVOKE DELETE, TRUNCATE ON payouts_tax_year, payouts_tax_month, payouts_cap FROM xintui_app;
