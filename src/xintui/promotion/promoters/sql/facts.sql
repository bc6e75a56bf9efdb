-- What other modules' statements may read about promoters; the name is the masked one, there is no other here.
CREATE VIEW promoters_facts WITH (security_invoker = true) AS
SELECT id AS promoter_id, user_id, display_name, level, joined_at, state = 'active' AS active FROM promoters_promoter;

REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON promoters_facts FROM xintui_app;
