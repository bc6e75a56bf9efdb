-- What the orders paid within a span brought each promoter, less what has come back of them since, without her own
-- purchases.
SELECT p.promoter_id, count(*)::int AS orders, (sum(p.fen) + coalesce(sum(r.fen), 0))::bigint AS net_fen
  FROM attribution_sale p
  LEFT JOIN LATERAL (
    SELECT sum(fen) AS fen FROM attribution_sale r
     WHERE r.promoter_id = p.promoter_id AND r.order_id = p.order_id AND r.reason LIKE 'refund/%%'
  ) r ON true
 WHERE p.promoter_id = ANY (%(promoter_ids)s) AND p.at >= %(since)s AND p.at < %(until)s
   AND p.reason LIKE 'paid/%%' AND NOT p.self_purchase
 GROUP BY p.promoter_id
