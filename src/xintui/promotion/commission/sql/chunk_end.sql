-- Where a stretch of about 50,000 moves may end: just before the first move of a reason.
SELECT coalesce((SELECT min(n) - 1 FROM commission_out_move WHERE n > %(after)s + 50000 AND seq = 0),
                (SELECT max(n) FROM commission_out_move)) AS upto
