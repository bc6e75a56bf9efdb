-- One click a person: the same visitor on the same link within ten seconds is a double tap, not a second click.
-- Somebody who opens again what he passed on himself stands where he stood; anybody else stands one deeper.
INSERT INTO attribution_touch (id, promoter_id, link_id, merchant_id, channel, visitor_id, buyer_id, parent_id, depth, at)
SELECT w.id, w.promoter, w.link, w.merchant, w.channel, w.visitor, w.buyer,
       CASE WHEN p.id IS NULL THEN '' WHEN p.visitor_id = w.visitor THEN p.parent_id ELSE p.id END,
       CASE WHEN p.id IS NULL THEN 1 WHEN p.visitor_id = w.visitor THEN p.depth
            WHEN p.depth IN (1, 2) THEN p.depth + 1 ELSE 0 END,
       w.at
  FROM unnest(%(ids)s::text[], %(promoters)s::text[], %(links)s::text[], %(merchants)s::text[], %(channels)s::text[],
              %(visitors)s::text[], %(buyers)s::text[], %(vias)s::text[], %(at)s::timestamptz[])
       AS w (id, promoter, link, merchant, channel, visitor, buyer, via, at)
  LEFT JOIN attribution_touch p ON p.promoter_id = w.promoter AND p.id = w.via AND w.via <> '' AND p.link_id = w.link
 WHERE NOT EXISTS (
   SELECT 1 FROM attribution_touch t
    WHERE t.visitor_id = w.visitor AND t.promoter_id = w.promoter AND t.link_id = w.link
      AND t.buyer_id = w.buyer AND t.at > w.at - interval '10 seconds' AND t.at <= w.at)
RETURNING id
