-- Who bought through whom from whom: paid orders by buyer, promoter ('' without one) and shop, and what was kept of them.
-- A promoter's own purchases through her own link are nobody's recommendation and left out.
SELECT d.buyer_id, d.promoter_id, d.merchant_id,
       count(*) FILTER (WHERE d.kept_fen > 0) AS kept, count(*) AS orders,
       sum(d.kept_fen)::bigint AS kept_fen, sum(d.paid_fen)::bigint AS paid_fen,
       min(d.paid_at) AS first_at, max(d.paid_at) AS last_at
  FROM (SELECT o.buyer_id, l.promoter_id, o.merchant_id, o.id, o.paid_at,
               sum(l.paid_fen) AS paid_fen, sum(l.paid_fen - l.refunded_fen) AS kept_fen
          FROM orders_order o JOIN orders_line l ON l.order_id = o.id AND l.merchant_id = o.merchant_id
         WHERE o.paid_at IS NOT NULL AND o.paid_at < %(until)s
           AND (l.promoter_id = '' OR l.promoter_id <> l.buyer_promoter_id)
         GROUP BY o.buyer_id, l.promoter_id, o.merchant_id, o.id) d
 GROUP BY d.buyer_id, d.promoter_id, d.merchant_id
