-- One address less; a default that went is followed by the newest that is left.
UPDATE addresses_book b
   SET held = b.held - 1,
       default_id = CASE WHEN b.default_id <> %(address_id)s THEN b.default_id
                         ELSE coalesce((SELECT max(a.id) FROM addresses_address a WHERE a.buyer_id = b.buyer_id), '') END
 WHERE b.buyer_id = %(buyer_id)s
