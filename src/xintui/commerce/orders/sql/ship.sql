-- Parcels on their way, a batch at a time; merchant_id leads, so each row is found by its primary key.
UPDATE orders_order o
   SET state = 'shipped', carrier = w.carrier, tracking_no = w.tracking_no, shipped_at = w.shipped_at,
       auto_receive_at = w.auto_receive_at
  FROM unnest(%(merchants)s::text[], %(ids)s::text[], %(carriers)s::text[], %(numbers)s::text[],
              %(shipped_at)s::timestamptz[], %(auto_receive_at)s::timestamptz[])
       AS w (merchant_id, id, carrier, tracking_no, shipped_at, auto_receive_at)
 WHERE o.merchant_id = w.merchant_id AND o.id = w.id
