-- One click a person: the same visitor on the same link within ten seconds is a double tap, not a second click.
INSERT INTO attribution_touch (id, promoter_id, link_id, merchant_id, channel, visitor_id, buyer_id, at)
SELECT w.*
  FROM unnest(%(ids)s::text[], %(promoters)s::text[], %(links)s::text[], %(merchants)s::text[], %(channels)s::text[],
              %(visitors)s::text[], %(buyers)s::text[], %(at)s::timestamptz[])
       AS w (id, promoter_id, link_id, merchant_id, channel, visitor_id, buyer_id, at)
 WHERE NOT EXISTS (
   SELECT 1 FROM attribution_touch t
    WHERE t.visitor_id = w.visitor_id AND t.promoter_id = w.promoter_id AND t.link_id = w.link_id
      AND t.buyer_id = w.buyer_id AND t.at > w.at - interval '10 seconds' AND t.at <= w.at)
RETURNING id
