ALTER TABLE throttle_bucket SET UNLOGGED;
ALTER TABLE throttle_bucket SET (fillfactor = 50);
