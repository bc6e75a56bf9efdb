-- By whose share the makers of links came: the last click of each on another promoter's link that leads to the same shop
-- (or to the platform's home), and those above that one. Who stands deeper than the second begets no third depth.
WITH made AS (
  SELECT * FROM unnest(%(links)s::text[], %(makers)s::text[], %(merchants)s::text[], %(users)s::text[],
                       %(since)s::timestamptz[], %(nows)s::timestamptz[])
                AS m (made_id, maker_id, merchant_id, user_id, since, now)
), came AS (
  SELECT m.made_id, m.maker_id, m.now, c.*
    FROM made m
   CROSS JOIN LATERAL (
     SELECT t.promoter_id, t.link_id, t.id, t.depth, t.channel
       FROM attribution_touch t
      WHERE t.promoter_id <> m.maker_id AND t.at >= m.since AND t.at <= m.now
        AND (m.merchant_id = '' OR t.merchant_id IN ('', m.merchant_id))
        AND (t.buyer_id = m.user_id OR (t.buyer_id = '' AND t.visitor_id IN (
              SELECT visitor_id FROM attribution_visitor_buyer WHERE buyer_id = m.user_id)))
      ORDER BY t.at DESC, t.id DESC
      LIMIT 1) c
), above AS (
  SELECT made_id, maker_id, now, promoter_id, depth, channel, id FROM came WHERE depth IN (1, 2)
  UNION ALL
  SELECT came.made_id, came.maker_id, came.now, b.promoter_id, (b.depth + came.depth)::smallint, b.channel, came.id
    FROM came JOIN attribution_branch b ON b.link_id = came.link_id
   WHERE came.depth > 0 AND b.depth + came.depth <= 2
)
INSERT INTO attribution_branch (promoter_id, link_id, maker_id, depth, channel, touch_id, at)
SELECT DISTINCT ON (made_id, promoter_id) promoter_id, made_id, maker_id, depth, channel, id, now
  FROM above WHERE promoter_id <> maker_id
 ORDER BY made_id, promoter_id, depth
ON CONFLICT DO NOTHING
