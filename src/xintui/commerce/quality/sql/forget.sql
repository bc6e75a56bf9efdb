DELETE FROM quality_daily d
 USING unnest(%(merchants)s::text[], %(days)s::date[]) AS p (merchant_id, day)
 WHERE d.merchant_id = p.merchant_id AND d.day = p.day
