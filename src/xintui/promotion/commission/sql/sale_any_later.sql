-- Is any staged sale paid after the instant we settle to?
SELECT coalesce(max(paid_at) > %(now)s, false) AS later FROM commission_in_sale
