-- What checkouts are paid with, and where they stand, a batch at a time.
UPDATE orders_checkout c
   SET payment_id = w.payment_id, state = w.state
  FROM unnest(%(ids)s::text[], %(payments)s::text[], %(states)s::text[]) AS w (id, payment_id, state)
 WHERE c.id = w.id
