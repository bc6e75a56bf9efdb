-- The rule in force now for each shop: its own newest, else the platform's.
SELECT DISTINCT ON (m.merchant_id) m.merchant_id AS shop, w.*
  FROM unnest(%(merchant_ids)s::text[]) AS m(merchant_id)
  JOIN attribution_window w ON w.merchant_id IN ('', m.merchant_id) AND w.effective_from <= %(now)s
 ORDER BY m.merchant_id, w.merchant_id DESC, w.effective_from DESC, w.version DESC
