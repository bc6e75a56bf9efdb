-- What other modules' statements may read about people: whether the account is in use. No name, no number.
CREATE VIEW identity_facts WITH (security_invoker = true) AS
SELECT id AS user_id, is_active AS active FROM identity_user;

REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON identity_facts FROM xintui_app;
