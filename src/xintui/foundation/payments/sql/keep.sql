-- Keep the events that are not here yet. Asking first is for repeats of an event that a worker is understanding right now:
-- ON CONFLICT alone would wait for that worker's whole transaction, while a plain look sees the committed row and goes on.
INSERT INTO payments_inbox (psp, mch, event_id, event_type, headers, body, received_at, due_at)
SELECT %(psp)s::text, %(mch)s::text, w.event_id, w.event_type, w.headers, w.body, w.received_at, w.received_at
  FROM unnest(%(ids)s::text[], %(types)s::text[], %(headers)s::jsonb[], %(bodies)s::bytea[], %(received)s::timestamptz[])
         AS w (event_id, event_type, headers, body, received_at)
 WHERE NOT EXISTS (SELECT 1 FROM payments_inbox i
                    WHERE i.psp = %(psp)s::text AND i.mch = %(mch)s::text AND i.event_id = w.event_id)
    ON CONFLICT DO NOTHING
