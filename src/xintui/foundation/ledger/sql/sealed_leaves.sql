-- What blocks are made of, in the only order there is. A move whose account is gone cannot be hashed: zeros, never left out.
SELECT m.tx, m.fen,
       coalesce(encode(ledger_sealed(m.ledger, m.seq, m.tx, m.at,
                                     ledger_leaf(m.reason, d.code, c.code, m.fen, m.on_date)), 'hex'),
                repeat('0', 64)) AS leaf
  FROM ledger_move m LEFT JOIN ledger_account d ON d.id = m.debit_id LEFT JOIN ledger_account c ON c.id = m.credit_id
 WHERE m.tx >= %(tx_from)s AND m.tx < %(tx_to)s
 ORDER BY m.tx, m.reason_id, m.seq
