-- What is to be refunded, a batch at a time: relative, so that the CHECKs of the counters decide.
UPDATE payments_payment p
   SET refunded_fen = p.refunded_fen + w.fen, refunds = p.refunds + w.times
  FROM (SELECT payment_id, sum(fen)::bigint AS fen, count(*)::integer AS times
          FROM unnest(%(payments)s::text[], %(fens)s::bigint[]) AS u (payment_id, fen)
         GROUP BY 1) w
 WHERE p.id = w.payment_id
