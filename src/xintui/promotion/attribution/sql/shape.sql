-- Hot tables carry the column they would be distributed by in every key (stack.md, Citus shapes).
ALTER TABLE attribution_touch DROP CONSTRAINT attribution_touch_pkey, ADD PRIMARY KEY (promoter_id, id);
ALTER TABLE attribution_attribution DROP CONSTRAINT attribution_attribution_pkey, ADD PRIMARY KEY (merchant_id, id);
-- The id alone is what a person asks by; it is random, so a plain index is enough.
CREATE INDEX attribution_attribution_id ON attribution_attribution (id);
-- A click and a frozen attribution are facts: nothing changes or removes them.
REVOKE UPDATE, DELETE, TRUNCATE ON attribution_touch, attribution_attribution, attribution_window FROM xintui_app;
REVOKE UPDATE, DELETE, TRUNCATE ON attribution_link, attribution_visitor_buyer FROM xintui_app;
