-- A payment that did not happen uses no limit.
UPDATE payouts_cap c SET used_fen = used_fen - %(fen)s::bigint
  FROM unnest(%(scopes)s::text[], %(owners)s::text[], %(periods)s::text[]) AS t(scope, owner, period)
 WHERE (c.scope, c.owner, c.period) = (t.scope, t.owner, t.period)
