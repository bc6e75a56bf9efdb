-- The gateway knows these payments now. A callback may have overtaken its answer: a captured payment stays captured.
WITH moved AS (
  UPDATE payments_payment p
     SET state = 'prepaid', prepay_id = w.prepay_id, cashier_url = w.url, prepaid_at = w.at
    FROM unnest(%(ids)s::text[], %(prepay_ids)s::text[], %(urls)s::text[], %(at)s::timestamptz[], %(was)s::text[])
         AS w (id, prepay_id, url, at, was)
   WHERE p.id = w.id AND p.state IN ('created', 'prepaid')
  RETURNING p.id, w.at, w.was
)
INSERT INTO payments_log (kind, number, at, from_state, to_state, cause)
SELECT 'payment', id, at, 'created', 'prepaid', 'answer' FROM moved WHERE was = 'created'
