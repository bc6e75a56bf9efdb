INSERT INTO outbox_event (topic, payload)
SELECT topic, payload FROM unnest(%(topics)s::text[], %(payloads)s::jsonb[]) WITH ORDINALITY AS e (topic, payload, no)
 ORDER BY no
