-- By whose share the maker of a link came: the last click of his on another promoter's link that leads to the same shop
-- (or to the platform's home), and those above that one. Who stands deeper than the second begets no third depth.
WITH came AS (
  SELECT t.promoter_id, t.link_id, t.id, t.depth, t.channel
    FROM attribution_touch t
   WHERE t.promoter_id <> %(maker_id)s AND t.at >= %(since)s AND t.at <= %(now)s
     AND (%(merchant_id)s = '' OR t.merchant_id IN ('', %(merchant_id)s))
     AND (t.buyer_id = %(user_id)s OR (t.buyer_id = '' AND t.visitor_id IN (
           SELECT visitor_id FROM attribution_visitor_buyer WHERE buyer_id = %(user_id)s)))
   ORDER BY t.at DESC, t.id DESC
   LIMIT 1
), above AS (
  SELECT promoter_id, depth, channel, id FROM came WHERE depth IN (1, 2)
  UNION ALL
  SELECT b.promoter_id, (b.depth + came.depth)::smallint, b.channel, came.id
    FROM came JOIN attribution_branch b ON b.link_id = came.link_id
   WHERE came.depth > 0 AND b.depth + came.depth <= 2
)
INSERT INTO attribution_branch (promoter_id, link_id, maker_id, depth, channel, touch_id, at)
SELECT DISTINCT ON (promoter_id) promoter_id, %(link_id)s, %(maker_id)s, depth, channel, id, %(now)s
  FROM above WHERE promoter_id <> %(maker_id)s
 ORDER BY promoter_id, depth
ON CONFLICT DO NOTHING
