-- Only what has changed is written: most of a market is the same as yesterday.
INSERT INTO graph_score AS s (subject_id, kind, score, closeness, breadth, seed, partners, reach, before, strength)
SELECT subject_id, kind, score, closeness, breadth, seed, partners, reach, before, strength FROM graph_fresh_score
ON CONFLICT (subject_id) DO UPDATE
   SET kind = excluded.kind, score = excluded.score, closeness = excluded.closeness, breadth = excluded.breadth,
       seed = excluded.seed, partners = excluded.partners, reach = excluded.reach, before = excluded.before,
       strength = excluded.strength
 WHERE (s.kind, s.score, s.closeness, s.breadth, s.seed, s.partners, s.reach, s.before, s.strength)
       IS DISTINCT FROM (excluded.kind, excluded.score, excluded.closeness, excluded.breadth, excluded.seed,
                         excluded.partners, excluded.reach, excluded.before, excluded.strength)
