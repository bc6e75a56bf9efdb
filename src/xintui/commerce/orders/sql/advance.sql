-- After-sales that went on, a batch at a time; merchant_id leads, so each row is found by its primary key.
UPDATE orders_aftersale a
   SET kind = w.kind, state = w.state, decision = w.decision, refund_id = w.refund_id, restock = w.restock,
       return_carrier = w.return_carrier, return_no = w.return_no, decided_at = w.decided_at,
       settled_at = w.settled_at, due_at = w.due_at, exchange_sku_id = w.exchange_sku_id,
       exchange_spec = w.exchange_spec, reship_carrier = w.reship_carrier, reship_no = w.reship_no,
       reshipped_at = w.reshipped_at
  FROM unnest(%(merchant_id)s::text[], %(id)s::text[], %(kind)s::text[], %(state)s::text[], %(decision)s::text[],
              %(refund_id)s::text[], %(restock)s::boolean[], %(return_carrier)s::text[], %(return_no)s::text[],
              %(decided_at)s::timestamptz[], %(settled_at)s::timestamptz[], %(due_at)s::timestamptz[],
              %(exchange_sku_id)s::text[], %(exchange_spec)s::text[], %(reship_carrier)s::text[],
              %(reship_no)s::text[], %(reshipped_at)s::timestamptz[])
       AS w (merchant_id, id, kind, state, decision, refund_id, restock, return_carrier, return_no, decided_at,
             settled_at, due_at, exchange_sku_id, exchange_spec, reship_carrier, reship_no, reshipped_at)
 WHERE a.merchant_id = w.merchant_id AND a.id = w.id
