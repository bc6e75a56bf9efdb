-- What goes back: a negative row beside the sale's own, once per refund.
INSERT INTO attribution_sale (promoter_id, reason, link_id, merchant_id, order_id, fen, self_purchase, depth, at)
SELECT s.promoter_id, r.reason, s.link_id, s.merchant_id, s.order_id, r.fen, s.self_purchase, s.depth, r.at
  FROM unnest(%(order_ids)s::text[], %(reasons)s::text[], %(fens)s::bigint[], %(ats)s::timestamptz[])
       AS r(order_id, reason, fen, at)
  JOIN attribution_sale s ON s.order_id = r.order_id AND s.reason = 'paid/' || r.order_id
ON CONFLICT DO NOTHING
