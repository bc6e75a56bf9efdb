-- Who stands below whom in the sponsor relation, and how far. Three plain steps, for the table ends at depth 3: a page of
-- a large team is read along an index and stops when it is full, where a recursion walks through everybody first.
CREATE VIEW promoters_below WITH (security_invoker = true) AS
  SELECT sponsor_id AS above_id, id, user_id, state, 1 AS distance
    FROM promoters_promoter WHERE sponsor_id IS NOT NULL
  UNION ALL
  SELECT a.sponsor_id, p.id, p.user_id, p.state, 2
    FROM promoters_promoter p JOIN promoters_promoter a ON a.id = p.sponsor_id
   WHERE p.depth >= 2
  UNION ALL
  SELECT b.sponsor_id, p.id, p.user_id, p.state, 3
    FROM promoters_promoter p JOIN promoters_promoter a ON a.id = p.sponsor_id
    JOIN promoters_promoter b ON b.id = a.sponsor_id
   WHERE p.depth >= 3
