-- The same reason moves a SKU once (its name is the primary key); the counter row leaves room for HOT updates.
ALTER TABLE catalog_stock_move ADD CONSTRAINT catalog_stock_move_positive CHECK (qty <> 0);
ALTER TABLE catalog_stock SET (fillfactor = 60);
