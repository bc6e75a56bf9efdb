-- 锁客: a paid, attributed order ties the buyer to the promoter in this shop. A running lock of another promoter stays.
INSERT INTO attribution_lock AS l (merchant_id, buyer_id, promoter_id, attribution_id, since, until)
SELECT a.merchant_id, a.buyer_id, a.promoter_id, a.id, p.paid_at,
       p.paid_at + make_interval(days => (a.window->>'lock_days')::int)
  FROM (SELECT DISTINCT ON (a.merchant_id, a.buyer_id) a.id, p.paid_at
          FROM unnest(%(attribution_ids)s::text[], %(paid_at)s::timestamptz[]) AS p(id, paid_at)
          JOIN attribution_attribution a USING (id)
         WHERE a.promoter_id <> '' AND NOT a.self_purchase AND (a.window->>'lock_days')::int > 0
         ORDER BY a.merchant_id, a.buyer_id, p.paid_at, a.id) p
  JOIN attribution_attribution a USING (id)
ON CONFLICT (merchant_id, buyer_id) DO UPDATE
   SET promoter_id = excluded.promoter_id, attribution_id = excluded.attribution_id,
       since = CASE WHEN l.promoter_id = excluded.promoter_id THEN least(l.since, excluded.since) ELSE excluded.since END,
       until = greatest(l.until, excluded.until)
 WHERE l.promoter_id = excluded.promoter_id OR l.until < excluded.since
