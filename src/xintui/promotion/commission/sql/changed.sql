-- Whose money this settlement has touched.
SELECT promoter_id FROM commission_in_sale WHERE promoter_id <> ''
UNION
SELECT split_part(split_part(m.account, ':', 2), '@', 1)
  FROM (SELECT debit AS account FROM commission_out_move UNION ALL SELECT credit FROM commission_out_move) m
 WHERE m.account LIKE 'promoter.%%'
 LIMIT %(most)s
