-- Checkouts whose time to pay is over; rows another worker holds are left to it.
SELECT id, payment_id FROM orders_checkout
 WHERE state = 'placed' AND NOT closing AND expires_at <= %(now)s
 ORDER BY id LIMIT %(limit)s
   FOR UPDATE SKIP LOCKED
