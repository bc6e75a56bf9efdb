-- Each subject's last words: (which, which, value, 0).
SELECT s.n, i.nth, w.value_bp, 0
  FROM unnest(%(subjects)s::text[]) WITH ORDINALITY AS s (id, n)
  JOIN credit_state w ON w.subject_id = s.id
  JOIN unnest(%(codes)s::text[]) WITH ORDINALITY AS i (code, nth) ON i.code = w.indicator
