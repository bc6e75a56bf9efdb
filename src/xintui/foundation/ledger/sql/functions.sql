-- The doors to the ledger besides posting (`post.sql`). The application role may call these functions and read the
-- tables; nothing else (rule R2).

CREATE FUNCTION ledger_id(p_ledger text, p_text text) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN hashtextextended(p_ledger || '/' || p_text, 20261123);

-- Make accounts that do not exist yet, in id order so that two writers never wait for each other in a circle.
CREATE FUNCTION ledger_open(p_ledger text, p_codes text[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO ledger_account (id, ledger, code, normal, floor_fen)
  SELECT ledger_id(p_ledger, c.code), p_ledger, c.code, k.normal, k.floor_fen
    FROM (SELECT DISTINCT unnest(p_codes) AS code) c
    JOIN ledger_kind k ON k.kind = split_part(c.code, ':', 1)
   WHERE NOT EXISTS (SELECT FROM ledger_account a WHERE a.id = ledger_id(p_ledger, c.code))
   ORDER BY 1
  ON CONFLICT (id) DO NOTHING;
END $$;

-- Lock accounts with a floor, in id order, and say what they hold. For decisions that split an amount by a balance.
CREATE FUNCTION ledger_lock(p_ledger text, p_codes text[])
RETURNS TABLE (code text, posted_fen bigint, held_fen bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM ledger_open(p_ledger, p_codes);
  RETURN QUERY
  WITH ids AS MATERIALIZED (SELECT DISTINCT ledger_id(p_ledger, c) AS id FROM unnest(p_codes) c)
  SELECT a.code, a.posted_fen, a.held_fen FROM ledger_account a JOIN ids USING (id)
   ORDER BY a.id FOR NO KEY UPDATE OF a;
END $$;

-- Two-phase: set aside …
CREATE FUNCTION ledger_hold_make(p_ledger text, p_key text, p_code text, p_fen bigint, p_until timestamptz)
RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE v_id bigint := ledger_id(p_ledger, p_code); v_known bigint;
BEGIN
  PERFORM ledger_open(p_ledger, ARRAY[p_code]);
  INSERT INTO ledger_hold (account_id, key, fen, until) VALUES (v_id, p_key, p_fen, p_until)
  ON CONFLICT (account_id, key) DO NOTHING;
  IF NOT FOUND THEN
    SELECT fen INTO v_known FROM ledger_hold WHERE account_id = v_id AND key = p_key;
    IF v_known <> p_fen THEN RAISE EXCEPTION '%', p_key USING ERRCODE = 'XT001'; END IF;
    RETURN false;
  END IF;
  UPDATE ledger_account SET held_fen = held_fen + p_fen WHERE id = v_id;
  RETURN true;
END $$;

-- … and let go, as `posted`, `voided` or `expired`. Account first, hold second: the lock order of every ledger verb.
CREATE FUNCTION ledger_hold_end(p_ledger text, p_key text, p_code text, p_state text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE v_id bigint := ledger_id(p_ledger, p_code); v_fen bigint;
BEGIN
  PERFORM FROM ledger_account WHERE id = v_id FOR NO KEY UPDATE;
  UPDATE ledger_hold SET state = p_state
   WHERE account_id = v_id AND key = p_key AND state = 'pending' RETURNING fen INTO v_fen;
  IF v_fen IS NULL THEN RAISE EXCEPTION '%', p_key USING ERRCODE = 'XT003'; END IF;
  UPDATE ledger_account SET held_fen = held_fen - v_fen WHERE id = v_id;
  RETURN v_fen;
END $$;

-- Fold what is committed for good into floorless accounts. Never `id > last`: only transactions below the snapshot's
-- xmin are certain to have no elder sibling still open (rule R12).
CREATE FUNCTION ledger_fold_now() RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  v_from bigint; v_to bigint := pg_snapshot_xmin(pg_current_snapshot())::text::bigint; v_rows bigint;
BEGIN
  SELECT watermark INTO v_from FROM ledger_fold WHERE id = 1 FOR UPDATE;
  IF v_to <= v_from THEN RETURN 0; END IF;
  WITH legs AS (
    SELECT debit_id AS id, -fen AS delta FROM ledger_move WHERE tx >= v_from AND tx < v_to
    UNION ALL SELECT credit_id, fen FROM ledger_move WHERE tx >= v_from AND tx < v_to
  ), sums AS (SELECT id, sum(delta)::bigint AS delta FROM legs GROUP BY id)
  UPDATE ledger_account a SET posted_fen = a.posted_fen + a.normal * s.delta
    FROM sums s WHERE a.id = s.id AND a.floor_fen IS NULL;
  GET DIAGNOSTICS v_rows = ROW_COUNT;
  UPDATE ledger_fold SET watermark = v_to WHERE id = 1;
  RETURN v_rows;
END $$;

-- Close a day: nothing dated on or before it can be posted any more.
CREATE FUNCTION ledger_close_day(p_ledger text, p_day date) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('ledger.close'), hashtext(p_ledger));
  INSERT INTO ledger_close (ledger, day, moves, moved_fen)
  SELECT p_ledger, p_day, count(*), coalesce(sum(fen), 0)::bigint
    FROM ledger_move WHERE ledger = p_ledger AND on_date = p_day
  ON CONFLICT (ledger, day) DO NOTHING;
  RETURN FOUND;
END $$;

-- For other modules' statements: what accounts hold (floorless ones: as of the last fold).
CREATE VIEW ledger_facts WITH (security_invoker = true) AS
  SELECT id, ledger, code, posted_fen, held_fen FROM ledger_account;

-- The Merkle leaf of a move: SHA-256 over 0x00 and the canonical bytes of evidence's schema `move`.
CREATE FUNCTION ledger_field(tag text, value text) RETURNS bytea
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN convert_to(tag, 'UTF8') || int4send(octet_length(value)) || convert_to(value, 'UTF8');

CREATE FUNCTION ledger_leaf(reason text, debit text, credit text, fen bigint, on_date date) RETURNS bytea
LANGUAGE sql STABLE PARALLEL SAFE
RETURN sha256('\x000100000006'::bytea || ledger_field('S', 'xintui.move.1') || ledger_field('S', reason)
  || ledger_field('S', debit) || ledger_field('S', credit) || ledger_field('I', fen::text)
  || ledger_field('D', to_char(on_date, 'YYYY-MM-DD')));

-- What a block seals of a move: its leaf and what the leaf leaves out - the books, the place in the posting, the
-- transaction and the time - so that no column of a sealed row can be changed (evidence's schema `sealed_move`).
CREATE FUNCTION ledger_sealed(p_ledger text, seq smallint, tx bigint, at timestamptz, leaf bytea) RETURNS bytea
LANGUAGE sql STABLE PARALLEL SAFE
RETURN sha256('\x000100000006'::bytea || ledger_field('S', 'xintui.sealed_move.1') || ledger_field('S', p_ledger)
  || ledger_field('I', seq::text) || ledger_field('I', tx::text)
  || ledger_field('T', (extract(epoch FROM at) * 1000000)::bigint::text) || '\x4200000020'::bytea || leaf);
