-- A promoter's share tree over some days: her own links' clicks and orders, and those of links made by people who had
-- come by her shares. The channel is the one she first shared on. What she clicks or buys herself is not reach.
WITH own_devices AS (
  SELECT visitor_id FROM attribution_visitor_buyer WHERE buyer_id = %(user_id)s
), click AS (
  SELECT t.visitor_id, t.channel, t.depth, t.at, t.id
    FROM attribution_touch t
   WHERE t.promoter_id = %(promoter_id)s AND t.at >= %(since)s AND t.at < %(until)s AND t.depth > 0
     AND t.buyer_id <> %(user_id)s AND (t.buyer_id <> '' OR t.visitor_id NOT IN (SELECT visitor_id FROM own_devices))
  UNION ALL
  SELECT t.visitor_id, b.channel, b.depth + t.depth, t.at, t.id
    FROM attribution_branch b
    JOIN attribution_touch t ON t.promoter_id = b.maker_id AND t.link_id = b.link_id
   WHERE b.promoter_id = %(promoter_id)s AND t.at >= %(since)s AND t.at < %(until)s AND t.depth > 0
     AND b.depth + t.depth <= 3
     AND t.buyer_id <> %(user_id)s AND (t.buyer_id <> '' OR t.visitor_id NOT IN (SELECT visitor_id FROM own_devices))
), visitor AS (
  SELECT DISTINCT ON (visitor_id) depth, channel FROM click ORDER BY visitor_id, depth, at, id
), sale AS (
  SELECT l.channel, s.depth, true AS own
    FROM attribution_sale s JOIN attribution_link l ON l.id = s.link_id
   WHERE s.promoter_id = %(promoter_id)s AND s.at >= %(since)s AND s.at < %(until)s AND s.reason LIKE 'paid/%%'
     AND NOT s.self_purchase AND s.depth > 0
  UNION ALL
  SELECT b.channel, b.depth + s.depth, false
    FROM attribution_branch b
    JOIN attribution_sale s ON s.promoter_id = b.maker_id AND s.link_id = b.link_id
   WHERE b.promoter_id = %(promoter_id)s AND s.at >= %(since)s AND s.at < %(until)s AND s.reason LIKE 'paid/%%'
     AND NOT s.self_purchase AND s.depth > 0 AND b.depth + s.depth <= 3
), counted AS (
  SELECT depth, channel, 0 AS reach, count(*) AS clicks, 0 AS orders, 0 AS own_orders FROM click GROUP BY 1, 2
  UNION ALL SELECT depth, channel, count(*), 0, 0, 0 FROM visitor GROUP BY 1, 2
  UNION ALL SELECT depth, channel, 0, 0, count(*), count(*) FILTER (WHERE own) FROM sale GROUP BY 1, 2
  UNION ALL
  SELECT 0, '', 0, 0, count(*), count(*) FROM attribution_sale s
   WHERE s.promoter_id = %(promoter_id)s AND s.at >= %(since)s AND s.at < %(until)s AND s.reason LIKE 'paid/%%'
     AND NOT s.self_purchase AND s.link_id = ''
)
SELECT depth::int, channel, sum(reach)::int AS reach, sum(clicks)::int AS clicks, sum(orders)::int AS orders,
       sum(own_orders)::int AS own_orders
  FROM counted GROUP BY depth, channel ORDER BY depth, clicks DESC, channel
