-- Money's papers are kept: the program may write them, never throw them away. Log lines may not even be changed.
REVOKE DELETE ON payments_payment, payments_refund, payments_transfer, payments_share, payments_attempt, payments_inbox,
                 payments_quarantine, payments_bill, payments_difference, payments_rejection FROM xintui_app;
REVOKE UPDATE, DELETE ON payments_log FROM xintui_app;
