-- Parcels that have come, a batch at a time; merchant_id leads, so each row is found by its primary key.
UPDATE orders_order o
   SET state = 'received', received_at = w.received_at
  FROM unnest(%(merchants)s::text[], %(ids)s::text[], %(received_at)s::timestamptz[]) AS w (merchant_id, id, received_at)
 WHERE o.merchant_id = w.merchant_id AND o.id = w.id
