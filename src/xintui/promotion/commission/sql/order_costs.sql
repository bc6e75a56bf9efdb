-- A merchant's orders with a promoted line, newest first, and what they cost in commission.
SELECT order_id, count(*) AS lines, sum(paid_fen)::bigint AS paid_fen, sum(refunded_fen)::bigint AS refunded_fen,
       sum(commission_target(paid_fen - refunded_fen, rate_bp, cap_fen))::bigint AS commission_fen
  FROM commission_line
 WHERE books = 'shop' AND merchant_id = %(merchant_id)s AND promoter_id <> ''
   AND (%(after)s::text = '' OR order_id < %(after)s)
 GROUP BY order_id ORDER BY order_id DESC LIMIT %(limit)s
