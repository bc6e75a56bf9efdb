-- Write down every product's risk; of what has not been sold lately there is none.
UPDATE quality_standing s SET risk_bp = r.risk
  FROM quality_standing o
  LEFT JOIN unnest(%(products)s::text[], %(risks)s::int[]) AS r (product_id, risk) ON r.product_id = o.product_id
 WHERE o.product_id = s.product_id AND o.merchant_id = s.merchant_id AND s.risk_bp IS DISTINCT FROM r.risk
