-- What all links that were made with a material brought: each link's clicks and sales found by its promoter's index.
SELECT l.material_id, count(*)::int AS links, coalesce(sum(t.clicks), 0)::int AS clicks,
       coalesce(sum(s.orders), 0)::int AS orders, coalesce(sum(s.net_fen), 0)::bigint AS net_fen
  FROM attribution_link l
  LEFT JOIN LATERAL (SELECT count(*) AS clicks FROM attribution_touch t
                      WHERE t.promoter_id = l.promoter_id AND t.link_id = l.id) t ON true
  LEFT JOIN LATERAL (SELECT count(*) FILTER (WHERE reason LIKE 'paid/%%') AS orders, sum(fen) AS net_fen
                       FROM attribution_sale s
                      WHERE s.promoter_id = l.promoter_id AND s.link_id = l.id AND NOT s.self_purchase) s ON true
 WHERE l.material_id = ANY(%(material_ids)s::text[]) AND l.material_id <> ''
 GROUP BY l.material_id
