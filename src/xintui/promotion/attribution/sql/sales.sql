-- A paid order under the link that decided whose it is. An order whose frozen attribution has no link (锁客) has none.
INSERT INTO attribution_sale (promoter_id, reason, link_id, merchant_id, order_id, fen, self_purchase, depth, at)
SELECT p.promoter_id, 'paid/' || p.order_id, coalesce(a.link_id, ''), p.merchant_id, p.order_id, p.fen,
       coalesce(a.self_purchase, false), coalesce(t.depth, 1), p.at
  FROM unnest(%(order_ids)s::text[], %(merchant_ids)s::text[], %(promoter_ids)s::text[], %(attribution_ids)s::text[],
              %(fens)s::bigint[], %(ats)s::timestamptz[])
       AS p(order_id, merchant_id, promoter_id, attribution_id, fen, at)
  LEFT JOIN attribution_attribution a ON a.id = p.attribution_id AND a.merchant_id = p.merchant_id
  LEFT JOIN attribution_touch t ON t.promoter_id = a.promoter_id AND t.id = a.touch_id AND a.touch_id <> ''
ON CONFLICT DO NOTHING
