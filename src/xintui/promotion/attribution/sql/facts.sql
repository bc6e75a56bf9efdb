-- What other modules' statements may read about attribution. security_invoker: the reader's row-level security counts.
-- The channel is that of the click that won, as `rules.choose` chose it; `lock` when a running lock (锁客) won.
CREATE VIEW attribution_facts WITH (security_invoker = true) AS
SELECT a.id AS attribution_id, a.merchant_id, a.promoter_id, a.frozen_at,
       CASE a.chosen_by WHEN '' THEN '' WHEN 'lock' THEN 'lock' ELSE (
         SELECT c ->> 'channel'
           FROM jsonb_array_elements(a.candidates) WITH ORDINALITY AS t (c, nth)
          WHERE c ->> 'excluded' = '' AND c ->> 'is_lock' = 'false'
          ORDER BY CASE WHEN a.chosen_by = 'last_click' THEN -nth ELSE nth END
          LIMIT 1) END AS channel
  FROM attribution_attribution a;

-- Clicks that people made in a stretch of time, by day, shop (empty: the platform's own home page) and channel.
CREATE FUNCTION attribution_clicks_between(p_since timestamptz, p_until timestamptz)
RETURNS TABLE (day date, merchant_id text, channel text, clicks bigint)
LANGUAGE sql STABLE AS $$
  SELECT (t.at AT TIME ZONE 'Asia/Shanghai')::date, t.merchant_id::text, t.channel::text, count(*)
    FROM attribution_touch t WHERE t.at >= p_since AND t.at < p_until GROUP BY 1, 2, 3
$$;
