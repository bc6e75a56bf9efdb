-- What some links of one promoter brought; sales to themselves are left out.
SELECT link_id, count(*) FILTER (WHERE reason LIKE 'paid/%%')::int AS orders,
       coalesce(sum(fen) FILTER (WHERE reason LIKE 'paid/%%'), 0)::bigint AS paid_fen, sum(fen)::bigint AS net_fen
  FROM attribution_sale
 WHERE promoter_id = %(promoter_id)s AND link_id = ANY(%(link_ids)s::text[]) AND NOT self_purchase
 GROUP BY link_id
