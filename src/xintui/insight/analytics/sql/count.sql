-- Count some days of some shops from the facts. Three ways to be on a day: placed, paid, refunded.
WITH pair AS MATERIALIZED (
  SELECT merchant_id, day, day::timestamp AT TIME ZONE 'Asia/Shanghai' AS since,
         (day + 1)::timestamp AT TIME ZONE 'Asia/Shanghai' AS until
    FROM unnest(%(merchants)s::text[], %(days)s::date[]) AS t (merchant_id, day)
), placed AS MATERIALIZED (
  SELECT p.merchant_id, p.day, o.bought::integer AS bought, o.received::integer AS received, o.kept::integer AS kept,
         coalesce(nullif(a.channel, ''), 'natural') AS channel
    FROM pair p
   CROSS JOIN LATERAL orders_placed_between(p.merchant_id, p.since, p.until) o
    LEFT JOIN attribution_facts a ON a.merchant_id = p.merchant_id AND a.attribution_id = o.attribution_id
), paid AS MATERIALIZED (
  SELECT p.merchant_id, p.day, o.order_id, o.product_id, o.promoter_id, o.province, o.qty, o.paid_fen, o.freight_fen,
         coalesce(nullif(a.channel, ''), 'natural') AS channel
    FROM pair p
   CROSS JOIN LATERAL orders_paid_between(p.merchant_id, p.since, p.until) o
    LEFT JOIN attribution_facts a ON a.merchant_id = p.merchant_id AND a.attribution_id = o.attribution_id
), back AS MATERIALIZED (
  SELECT p.merchant_id, p.day, r.aftersale_id, r.product_id, r.promoter_id, r.province, r.fen,
         coalesce(nullif(a.channel, ''), 'natural') AS channel
    FROM pair p
   CROSS JOIN LATERAL orders_refunded_between(p.merchant_id, p.since, p.until) r
    LEFT JOIN attribution_facts a ON a.merchant_id = p.merchant_id AND a.attribution_id = r.attribution_id
), counted (merchant_id, part, day, key, placed, bought, received, kept, orders, units, paid_fen, refunds, refunded_fen) AS (
  -- the whole shop, provinces and channels: whole orders, with their freight
  SELECT merchant_id, k.part, day, k.key, count(*), sum(bought), sum(received), sum(kept), 0, 0, 0, 0, 0
    FROM placed CROSS JOIN LATERAL (VALUES ('shop', ''), ('channel', channel)) AS k (part, key)
   GROUP BY 1, 2, 3, 4
  UNION ALL
  SELECT merchant_id, k.part, day, k.key, 0, 0, 0, 0, count(DISTINCT order_id), sum(qty), sum(paid_fen + freight_fen), 0, 0
    FROM paid CROSS JOIN LATERAL (VALUES ('shop', ''), ('channel', channel), ('province', province)) AS k (part, key)
   GROUP BY 1, 2, 3, 4
  UNION ALL
  SELECT merchant_id, k.part, day, k.key, 0, 0, 0, 0, 0, 0, 0, count(DISTINCT aftersale_id), sum(fen)
    FROM back CROSS JOIN LATERAL (VALUES ('shop', ''), ('channel', channel), ('province', province)) AS k (part, key)
   GROUP BY 1, 2, 3, 4
  UNION ALL
  -- goods and promoters: lines, without freight
  SELECT merchant_id, k.part, day, k.key, 0, 0, 0, 0, count(DISTINCT order_id), sum(qty), sum(paid_fen), 0, 0
    FROM paid CROSS JOIN LATERAL (VALUES ('product', product_id), ('promoter', promoter_id)) AS k (part, key)
   WHERE k.key <> '' GROUP BY 1, 2, 3, 4
  UNION ALL
  SELECT merchant_id, k.part, day, k.key, 0, 0, 0, 0, 0, 0, 0, count(DISTINCT aftersale_id), sum(fen)
    FROM back CROSS JOIN LATERAL (VALUES ('product', product_id), ('promoter', promoter_id)) AS k (part, key)
   WHERE k.key <> '' GROUP BY 1, 2, 3, 4
)
INSERT INTO analytics_daily (merchant_id, part, day, key, placed, bought, received, kept, orders, units, paid_fen,
                             refunds, refunded_fen, clicks)
SELECT merchant_id, part, day, coalesce(key, ''), sum(placed), sum(bought), sum(received), sum(kept), sum(orders),
       sum(units), sum(paid_fen), sum(refunds), sum(refunded_fen), 0
  FROM counted GROUP BY 1, 2, 3, 4
