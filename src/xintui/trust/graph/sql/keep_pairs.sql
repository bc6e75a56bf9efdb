INSERT INTO graph_pair AS p (id, left_id, right_id, orders, money_fen)
SELECT id, left_id, right_id, orders, money_fen FROM graph_fresh_pair
ON CONFLICT (id) DO UPDATE SET orders = excluded.orders, money_fen = excluded.money_fen
 WHERE (p.orders, p.money_fen) IS DISTINCT FROM (excluded.orders, excluded.money_fen)
