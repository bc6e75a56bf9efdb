DELETE FROM graph_pair p WHERE NOT EXISTS (SELECT FROM graph_fresh_pair f WHERE f.id = p.id)
