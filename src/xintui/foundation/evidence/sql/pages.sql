-- What the consoles list: one key a row, hashes as people compare them.
CREATE VIEW evidence_day_page WITH (security_invoker = true) AS
  SELECT ledger || '.' || day AS id, ledger, day, count, sum, encode(proof_root, 'hex') AS proof_root,
         encode(postings_root, 'hex') AS postings_root, encode(previous, 'hex') AS previous, chain_n,
         encode(chain_head, 'hex') AS chain_head, trial, closed_at
    FROM evidence_day;
CREATE VIEW evidence_block_page WITH (security_invoker = true) AS
  SELECT n, encode(hash, 'hex') AS hash, encode(root, 'hex') AS root, encode(previous, 'hex') AS previous,
         count, sum, tx_from, tx_to, sealed_at
    FROM evidence_block;
