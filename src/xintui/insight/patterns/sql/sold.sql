-- What promoters sold in the window, by shop: orders, net sales, in which weeks, which goods.
SELECT merchant_id, promoter_id, count(DISTINCT order_id)::int AS orders, sum(net_fen)::bigint AS net_fen,
       array_agg(DISTINCT date_trunc('week', paid_at AT TIME ZONE 'Asia/Shanghai')::date) AS weeks,
       array_agg(DISTINCT product_id) AS goods
  FROM commission_facts WHERE paid_at >= %(since)s AND paid_at < %(until)s
 GROUP BY 1, 2 ORDER BY 1, 2
