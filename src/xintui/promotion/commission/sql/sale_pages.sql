-- How many pages the staged sales fill.
SELECT (pg_relation_size('commission_in_sale') + current_setting('block_size')::int - 1)
       / current_setting('block_size')::int AS pages
