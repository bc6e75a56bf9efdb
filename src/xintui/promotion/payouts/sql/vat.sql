-- What was computed for a payment is written once; only its reversal is added (0001's shape.sql for the rest).
GRANT UPDATE (vat_fen) ON payouts_withdrawal TO xintui_app;
REVOKE UPDATE, DELETE, TRUNCATE ON payouts_vat_line FROM xintui_app;
GRANT UPDATE (reversed_at) ON payouts_vat_line TO xintui_app;
