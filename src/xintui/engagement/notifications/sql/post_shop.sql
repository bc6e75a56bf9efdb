-- What shops were not told before.
INSERT INTO notifications_shop (id, merchant_id, key, code, title, words, object_id, made_at, read_by)
SELECT id, merchant_id, key, code, title, words, object_id, %(now)s, ''
  FROM unnest(%(ids)s::text[], %(merchants)s::text[], %(keys)s::text[], %(codes)s::text[], %(titles)s::text[],
              %(words)s::text[], %(objects)s::text[])
    AS t (id, merchant_id, key, code, title, words, object_id)
ON CONFLICT (merchant_id, key) DO NOTHING
