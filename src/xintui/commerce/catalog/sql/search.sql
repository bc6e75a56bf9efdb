-- Search by words without an extension (the embedded server ships no pg_trgm): every character and every two
-- neighbouring characters of a text, under a GIN index. A word is found where all its pairs are; then it is looked at.

CREATE OR REPLACE FUNCTION catalog_plain(p_text text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT lower(normalize(p_text, NFKC)) $$;

CREATE OR REPLACE FUNCTION catalog_grams(p_text text) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT coalesce(array_agg(DISTINCT substr(t.plain, i, n)), '{}')
    FROM (SELECT catalog_plain(p_text) AS plain) t, generate_series(1, length(t.plain)) i, (VALUES (1), (2)) v (n)
   WHERE i + n - 1 <= length(t.plain) AND substr(t.plain, i, n) !~ '\s'
$$;

-- The goods in whose title, selling line or tags every word of the text stands.
CREATE OR REPLACE FUNCTION catalog_find(p_text text) RETURNS SETOF text
LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT w.product_id FROM catalog_words w
   WHERE w.grams @> catalog_grams(p_text)
     AND NOT EXISTS (SELECT FROM regexp_split_to_table(catalog_plain(p_text), '\s+') x WHERE strpos(w.text, x) = 0)
$$;

-- Take up the words of these goods, or their new ones. Drafts have none: what was never shown cannot be found.
CREATE OR REPLACE FUNCTION catalog_take_words(p_products text[]) RETURNS void
LANGUAGE sql AS $$
  INSERT INTO catalog_words (product_id, text, grams)
  SELECT t.id, catalog_plain(t.said), catalog_grams(t.said)
    FROM (SELECT p.id, concat_ws(E'\n', p.title, p.subtitle,
                                 (SELECT string_agg(g, E'\n') FROM jsonb_array_elements_text(p.tags) g)) AS said
            FROM catalog_product p
           WHERE (p_products IS NULL OR p.id = ANY (p_products)) AND p.listed_at IS NOT NULL) t
  ON CONFLICT (product_id) DO UPDATE SET text = excluded.text, grams = excluded.grams
$$;

SELECT set_config('app.tenant', '*', true), catalog_take_words(NULL);
