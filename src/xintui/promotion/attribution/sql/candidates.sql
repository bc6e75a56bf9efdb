-- Every click of these buyers (or of the devices each logged in on) that may claim an order of these shops, by checkout.
-- A device's click that belongs to another buyer is not his. At most 50 clicks a shop: the newest.
WITH asked AS (
  SELECT no, buyer_id, visitor_id, now, now - make_interval(days => %(days)s::int) AS since
    FROM unnest(%(numbers)s::int[], %(buyers)s::text[], %(visitors)s::text[], %(nows)s::timestamptz[])
         AS a (no, buyer_id, visitor_id, now)
), devices AS (
  SELECT no, visitor_id FROM asked WHERE visitor_id <> ''
  UNION
  SELECT a.no, v.visitor_id FROM asked a JOIN attribution_visitor_buyer v ON v.buyer_id = a.buyer_id
), clicks AS (
  SELECT a.no, t.* FROM asked a JOIN devices d USING (no)
    JOIN attribution_touch t ON t.visitor_id = d.visitor_id AND t.at >= a.since AND t.at <= a.now
                            AND t.buyer_id IN ('', a.buyer_id)
  UNION
  SELECT a.no, t.* FROM asked a
    JOIN attribution_touch t ON t.buyer_id = a.buyer_id AND t.buyer_id <> '' AND t.at >= a.since AND t.at <= a.now
), ranked AS (
  SELECT m.no, m.merchant_id, c.promoter_id, c.id AS touch_id, c.link_id, c.channel, c.at,
         row_number() OVER (PARTITION BY m.no, m.merchant_id ORDER BY c.at DESC, c.id DESC) AS nth
    FROM unnest(%(shop_numbers)s::int[], %(shops)s::text[]) AS m (no, merchant_id)
    JOIN clicks c ON c.no = m.no AND c.merchant_id IN ('', m.merchant_id)
)
SELECT no, merchant_id, promoter_id, touch_id, link_id, channel, at FROM ranked WHERE nth <= 50
 ORDER BY no, merchant_id, at, touch_id
