SELECT (SELECT count(*) FROM commission_in_sale) AS sales, (SELECT count(*) FROM commission_in_refund) AS refunds
