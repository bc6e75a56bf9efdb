-- One more callback that did not prove itself. Nothing else of it is kept.
INSERT INTO payments_rejection AS r (day, reason, count)
VALUES (%(day)s, %(reason)s, 1)
ON CONFLICT (day, reason) DO UPDATE SET count = r.count + 1
