DELETE FROM graph_score s WHERE NOT EXISTS (SELECT FROM graph_fresh_score f WHERE f.subject_id = s.subject_id)
