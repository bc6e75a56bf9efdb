-- What many promoters brought since a moment; as `record` says of one.
SELECT promoter_id,
       count(*) FILTER (WHERE reason LIKE 'paid/%%')::int AS orders,
       coalesce(sum(fen) FILTER (WHERE reason LIKE 'paid/%%'), 0)::bigint AS paid_fen,
       coalesce(-sum(fen) FILTER (WHERE reason NOT LIKE 'paid/%%'), 0)::bigint AS refunded_fen
  FROM attribution_sale
 WHERE promoter_id = ANY (%(promoter_ids)s::text[]) AND at >= %(since)s AND NOT self_purchase
 GROUP BY 1
