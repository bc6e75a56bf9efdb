-- Use up a part of every limit that applies, or none: the CHECK on the counter says no (R6). Locked in scope order.
INSERT INTO payouts_cap AS c (scope, owner, period, used_fen, limit_fen)
SELECT scope, owner, period, %(fen)s::bigint, limit_fen
  FROM unnest(%(scopes)s::text[], %(owners)s::text[], %(periods)s::text[], %(limits)s::bigint[])
       AS t(scope, owner, period, limit_fen)
 ORDER BY scope
ON CONFLICT (scope, owner, period) DO UPDATE
   SET used_fen = c.used_fen + excluded.used_fen, limit_fen = greatest(c.used_fen, excluded.limit_fen)
