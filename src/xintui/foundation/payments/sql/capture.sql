-- Payments the gateway has taken the money for, a batch at a time: the whole amount, and whose it was.
UPDATE payments_payment p
   SET state = 'captured', captured_fen = p.amount_fen, transaction_id = w.transaction_id, paid_at = w.paid_at,
       due_at = NULL, paid_by_openid = w.openid, settled_at = w.settled_at
  FROM unnest(%(ids)s::text[], %(transactions)s::text[], %(paid_at)s::timestamptz[], %(openids)s::text[],
              %(settled_at)s::timestamptz[]) AS w (id, transaction_id, paid_at, openid, settled_at)
 WHERE p.id = w.id
