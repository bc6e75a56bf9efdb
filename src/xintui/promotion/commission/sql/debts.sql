-- Who owes how much, in the shop's books.
SELECT split_part(split_part(code, ':', 2), '@', 1) AS promoter_id, posted_fen AS fen
  FROM ledger_facts
 WHERE ledger = 'shop' AND code LIKE 'promoter.debt:%%@CNY' AND posted_fen > 0
