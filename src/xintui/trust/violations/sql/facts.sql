-- What other modules' statements may read about violations: those that people confirmed and that are not over.
CREATE VIEW violations_facts WITH (security_invoker = true) AS
SELECT id AS case_id, subject_kind, subject_id, code, penalty, until FROM violations_case WHERE state = 'confirmed';

REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON violations_facts FROM xintui_app;
