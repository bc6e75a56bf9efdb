-- What other modules' statements may read about consents: everybody's last word on each purpose.
CREATE VIEW privacy_facts WITH (security_invoker = true) AS
SELECT DISTINCT ON (user_id, purpose) user_id, purpose, given, at FROM privacy_consent ORDER BY user_id, purpose, id DESC;

REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON privacy_facts FROM xintui_app;
