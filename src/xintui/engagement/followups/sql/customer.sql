-- Whose purchase an order is, if this promoter brought it.
SELECT DISTINCT buyer_id FROM commission_facts WHERE promoter_id = %(promoter_id)s AND order_id = %(order_id)s
