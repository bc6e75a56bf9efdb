-- Every click of a buyer (or of the devices he logged in on) that may claim one of these shops' orders.
-- A device's click that belongs to another buyer is not his. At most 50 clicks a shop: the newest.
WITH devices AS (
  SELECT %(visitor_id)s::text AS visitor_id WHERE %(visitor_id)s::text <> ''
  UNION
  SELECT visitor_id FROM attribution_visitor_buyer WHERE buyer_id = %(buyer_id)s::text
), clicks AS (
  SELECT t.* FROM attribution_touch t JOIN devices USING (visitor_id)
   WHERE t.at >= %(since)s AND t.at <= %(now)s AND t.buyer_id IN ('', %(buyer_id)s::text)
  UNION
  SELECT t.* FROM attribution_touch t
   WHERE t.buyer_id = %(buyer_id)s::text AND t.buyer_id <> '' AND t.at >= %(since)s AND t.at <= %(now)s
), ranked AS (
  SELECT m.merchant_id, c.promoter_id, c.id AS touch_id, c.link_id, c.channel, c.at,
         row_number() OVER (PARTITION BY m.merchant_id ORDER BY c.at DESC, c.id DESC) AS nth
    FROM unnest(%(merchant_ids)s::text[]) AS m(merchant_id)
    JOIN clicks c ON c.merchant_id IN ('', m.merchant_id)
)
SELECT merchant_id, promoter_id, touch_id, link_id, channel, at FROM ranked WHERE nth <= 50 ORDER BY merchant_id, at, touch_id
