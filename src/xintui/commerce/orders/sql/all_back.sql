-- Orders of which nothing is left, a batch at a time; merchant_id leads, so each row is found by its primary key.
UPDATE orders_order o
   SET state = 'refunded', closed_at = w.closed_at
  FROM unnest(%(merchants)s::text[], %(ids)s::text[], %(closed_at)s::timestamptz[]) AS w (merchant_id, id, closed_at)
 WHERE o.merchant_id = w.merchant_id AND o.id = w.id
