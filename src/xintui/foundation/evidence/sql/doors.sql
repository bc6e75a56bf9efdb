-- The only two doors into the evidence tables, and no way out (rules R2, R3, R13).
ALTER TABLE evidence_block ADD CONSTRAINT evidence_block_hashes
  CHECK (octet_length(previous) = 32 AND octet_length(root) = 32 AND octet_length(hash) = 32);
ALTER TABLE evidence_day ADD CONSTRAINT evidence_day_hashes
  CHECK (octet_length(postings_root) = 32 AND octet_length(previous) = 32 AND octet_length(chain_head) = 32
         AND octet_length(proof_root) = 32 AND octet_length(head_path) % 32 = 0);

-- A block continues the last one and ends below every transaction that is still open.
CREATE FUNCTION evidence_seal(
  p_n bigint, p_previous bytea, p_root bytea, p_count bigint, p_sum numeric, p_from bigint, p_to bigint, p_hash bytea,
  p_at timestamptz
) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE v_last evidence_block;
BEGIN
  SELECT * INTO v_last FROM evidence_block ORDER BY n DESC LIMIT 1;
  IF (p_n, p_from) IS DISTINCT FROM (coalesce(v_last.n, 0) + 1, coalesce(v_last.tx_to, 0))
     OR p_previous <> coalesce(v_last.hash, decode(repeat('00', 32), 'hex'))
     OR p_to > pg_snapshot_xmin(pg_current_snapshot())::text::bigint THEN
    RAISE EXCEPTION 'block % does not continue the chain', p_n USING ERRCODE = '23514';
  END IF;
  INSERT INTO evidence_block (n, previous, root, count, sum, tx_from, tx_to, hash, sealed_at)
  VALUES (p_n, p_previous, p_root, p_count, p_sum, p_from, p_to, p_hash, p_at);
END $$;

-- A day follows every day closed before it and names the root of the last of them.
CREATE FUNCTION evidence_close(
  p_ledger text, p_day date, p_postings_root bytea, p_count bigint, p_sum numeric, p_previous bytea, p_chain_n bigint,
  p_chain_head bytea, p_proof_root bytea, p_head_path bytea, p_trial jsonb
) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE v_last evidence_day;
BEGIN
  SELECT * INTO v_last FROM evidence_day WHERE ledger = p_ledger ORDER BY day DESC LIMIT 1;
  IF p_day <= v_last.day OR p_previous <> coalesce(v_last.proof_root, decode(repeat('00', 32), 'hex')) THEN
    RAISE EXCEPTION 'day % does not follow', p_day USING ERRCODE = '23514';
  END IF;
  INSERT INTO evidence_day (ledger, day, postings_root, count, sum, previous, chain_n, chain_head, proof_root,
                            head_path, trial)
  VALUES (p_ledger, p_day, p_postings_root, p_count, p_sum, p_previous, p_chain_n, p_chain_head, p_proof_root,
          p_head_path, p_trial);
END $$;

REVOKE INSERT ON evidence_block, evidence_day FROM xintui_app; -- the rest: `guards.append_only`
