-- What other modules' statements may read of the graph: the scores of the last count.
CREATE VIEW graph_facts WITH (security_invoker = true) AS SELECT kind, subject_id, score FROM graph_score;

REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON graph_facts FROM xintui_app;
