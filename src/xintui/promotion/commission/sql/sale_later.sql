-- Lines paid after the instant we settle to are set aside; a refund that names one of them precedes its payment.
WITH later AS (DELETE FROM commission_in_sale WHERE paid_at > %(now)s RETURNING order_id, line_id, paid_at)
INSERT INTO commission_do_later SELECT order_id, line_id, paid_at FROM later
