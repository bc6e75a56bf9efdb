-- One more address in the buyer's book; the first one is the default. The table's CHECK refuses the one too many.
INSERT INTO addresses_book AS b (buyer_id, held, default_id)
VALUES (%(buyer_id)s, 1, %(address_id)s)
ON CONFLICT (buyer_id) DO UPDATE
   SET held = b.held + 1,
       default_id = CASE WHEN %(default)s OR b.default_id = '' THEN excluded.default_id ELSE b.default_id END
