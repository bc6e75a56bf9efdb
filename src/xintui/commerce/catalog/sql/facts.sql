-- What other modules' statements may read about goods. security_invoker: the reader's row-level security counts.
CREATE VIEW catalog_facts WITH (security_invoker = true) AS
SELECT id AS product_id, merchant_id, category, state = 'on_shelf' AND shop_open AS on_sale FROM catalog_product;

REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON catalog_facts FROM xintui_app;
