-- The rule in force for each shop at each time asked for: its own newest, else the platform's.
SELECT DISTINCT ON (m.no) m.no, w.*
  FROM unnest(%(shops)s::text[], %(nows)s::timestamptz[]) WITH ORDINALITY AS m (shop, now, no)
  JOIN attribution_window w ON w.merchant_id IN ('', m.shop) AND w.effective_from <= m.now
 ORDER BY m.no, w.merchant_id DESC, w.effective_from DESC, w.version DESC
