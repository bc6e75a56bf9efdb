-- Payments about to be made known to the gateway, a batch at a time: the account is written before it is used, and the
-- first address stays, because it is part of the order's terms at the gateway.
UPDATE payments_payment p
   SET attempts = p.attempts + 1, due_at = w.due_at, mchid = coalesce(nullif(p.mchid, ''), %(mchid)s::text),
       appid = coalesce(nullif(p.appid, ''), %(appid)s::text),
       client_ip = coalesce(nullif(p.client_ip, ''), w.client_ip)
  FROM unnest(%(ids)s::text[], %(due_at)s::timestamptz[], %(ips)s::text[]) AS w (id, due_at, client_ip)
 WHERE p.id = w.id
