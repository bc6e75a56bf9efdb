-- What a promoter brought since a moment, by the index on promoter and time.
SELECT count(*) FILTER (WHERE reason LIKE 'paid/%%')::int AS orders,
       coalesce(sum(fen) FILTER (WHERE reason LIKE 'paid/%%'), 0)::bigint AS paid_fen,
       coalesce(-sum(fen) FILTER (WHERE reason NOT LIKE 'paid/%%'), 0)::bigint AS refunded_fen
  FROM attribution_sale
 WHERE promoter_id = %(promoter_id)s AND at >= %(since)s AND NOT self_purchase
