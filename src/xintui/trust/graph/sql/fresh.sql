-- What a run is about to store, beside what is there; gone with the transaction.
DROP TABLE IF EXISTS pg_temp.graph_fresh_score, pg_temp.graph_fresh_pair;
CREATE TEMP TABLE graph_fresh_score ON COMMIT DROP AS SELECT * FROM graph_score WITH NO DATA;
CREATE TEMP TABLE graph_fresh_pair ON COMMIT DROP AS SELECT * FROM graph_pair WITH NO DATA;
