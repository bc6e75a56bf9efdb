-- The figure "best selling" sorts by; the live counters are too hot to keep an index on.
UPDATE catalog_product p
   SET sales_qty = t.sold
  FROM (SELECT s.product_id, s.merchant_id, sum(k.sold_qty)::bigint AS sold
          FROM catalog_sku s
          JOIN catalog_stock k ON k.sku_id = s.id AND k.merchant_id = s.merchant_id
         GROUP BY s.product_id, s.merchant_id) t
 WHERE p.id = t.product_id AND p.merchant_id = t.merchant_id AND p.sales_qty <> t.sold
