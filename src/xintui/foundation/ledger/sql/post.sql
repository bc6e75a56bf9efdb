-- The one door to the ledger (rule R2).
-- Write postings: parallel arrays, one element per move; moves of a reason carry seq 0, 1, 2 …
-- Returns how many reasons were new. A reason already posted with the same moves is left alone;
-- with other moves it raises XT001. A closed day raises XT002, an overdrawn account 23514.
CREATE OR REPLACE FUNCTION ledger_post(
  p_ledger text, p_reasons text[], p_seqs smallint[], p_debits text[], p_credits text[], p_fens bigint[], p_dates date[]
) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  v_closed date;
BEGIN
  -- Closing a day takes this lock alone: no posting can slip in behind the close.
  PERFORM pg_advisory_xact_lock_shared(hashtext('ledger.close'), hashtext(p_ledger));
  SELECT max(day) INTO v_closed FROM ledger_close WHERE ledger = p_ledger;
  IF v_closed >= ANY (p_dates) THEN
    RAISE EXCEPTION '%', v_closed USING ERRCODE = 'XT002';
  END IF;

  -- A stretch of single moves is nearly always new: then no row has to be asked for first, which halves the price.
  -- One that is known undoes the attempt, and the careful way finds out what it was.
  IF cardinality(p_reasons) >= 1000 AND 0 = ALL (p_seqs) THEN
    BEGIN
      RETURN ledger_post_new(p_ledger, p_reasons, p_debits, p_credits, p_fens, p_dates);
    EXCEPTION WHEN unique_violation THEN NULL;
    END;
  END IF;
  RETURN ledger_post_some(p_ledger, p_reasons, p_seqs, p_debits, p_credits, p_fens, p_dates);
END $$;

-- Reasons of one move each, none of them posted before: anything else is a unique violation.
-- Half a million moves name a few hundred accounts: sums are taken per pair first, and accounts are only opened where
-- one of them is new. `unnest` in the select list streams; in FROM it would write the arrays out as rows first.
CREATE OR REPLACE FUNCTION ledger_post_new(
  p_ledger text, p_reasons text[], p_debits text[], p_credits text[], p_fens bigint[], p_dates date[]
) RETURNS bigint
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  v_tx bigint := pg_current_xact_id()::text::bigint; v_ids bigint[]; v_deltas bigint[];
BEGIN
  WITH fresh AS (
    INSERT INTO ledger_move (reason_id, seq, ledger, reason, debit_id, credit_id, fen, on_date, tx)
    SELECT ledger_id(p_ledger, m.reason), 0, p_ledger, m.reason,
           ledger_id(p_ledger, m.debit), ledger_id(p_ledger, m.credit), m.fen, m.on_date, v_tx
      FROM (SELECT unnest(p_reasons) AS reason, unnest(p_debits) AS debit, unnest(p_credits) AS credit,
                   unnest(p_fens) AS fen, unnest(p_dates) AS on_date) m
    RETURNING debit_id, credit_id, fen
  ), pairs AS (
    SELECT debit_id, credit_id, sum(fen) AS fen FROM fresh GROUP BY 1, 2
  ), sums AS (
    SELECT id, sum(delta)::bigint AS delta
      FROM (SELECT debit_id AS id, -fen AS delta FROM pairs UNION ALL SELECT credit_id, fen FROM pairs) legs
     GROUP BY id
  )
  SELECT array_agg(id), array_agg(delta) INTO v_ids, v_deltas FROM sums;
  PERFORM ledger_move_balances(p_ledger, p_debits || p_credits, v_ids, v_deltas);
  RETURN cardinality(p_reasons);
END $$;

-- Any reasons; the moves of one stand together. A loop over what was written is cheaper than one statement that also
-- sums it up: the plan of that has to be set up every time, and nearly every time there is one row (ADR 0010).
CREATE OR REPLACE FUNCTION ledger_post_some(
  p_ledger text, p_reasons text[], p_seqs smallint[], p_debits text[], p_credits text[], p_fens bigint[], p_dates date[]
) RETURNS bigint
LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  v_move record; v_fresh bigint := 0; v_new bigint := 0; v_ids bigint[]; v_deltas bigint[]; v_begun bigint;
BEGIN
  FOR v_move IN
    INSERT INTO ledger_move (reason_id, seq, ledger, reason, debit_id, credit_id, fen, on_date, tx)
    SELECT ledger_id(p_ledger, m.reason), m.seq, p_ledger, m.reason,
           ledger_id(p_ledger, m.debit), ledger_id(p_ledger, m.credit), m.fen, m.on_date,
           pg_current_xact_id()::text::bigint
      FROM unnest(p_reasons, p_seqs, p_debits, p_credits, p_fens, p_dates)
           AS m(reason, seq, debit, credit, fen, on_date)
    ON CONFLICT (reason_id, seq) DO NOTHING
    RETURNING reason_id, reason, seq, debit_id, credit_id, fen
  LOOP
    IF v_move.seq = 0 THEN
      v_new := v_new + 1;
      v_begun := v_move.reason_id;
    ELSIF v_begun IS DISTINCT FROM v_move.reason_id THEN
      -- A reason whose later moves are new while its first is not has grown: that is another posting.
      RAISE EXCEPTION '%', v_move.reason USING ERRCODE = 'XT001';
    END IF;
    v_fresh := v_fresh + 1;
    v_ids := v_ids || v_move.debit_id || v_move.credit_id;
    v_deltas := v_deltas || -v_move.fen || v_move.fen;
  END LOOP;
  IF v_fresh < cardinality(p_reasons) THEN
    PERFORM ledger_assert_same(p_ledger, p_reasons, p_seqs, p_debits, p_credits, p_fens);
  END IF;
  IF v_fresh > 1 THEN
    SELECT array_agg(id), array_agg(delta) INTO v_ids, v_deltas
      FROM (SELECT id, sum(delta)::bigint AS delta FROM unnest(v_ids, v_deltas) AS legs(id, delta) GROUP BY id) sums;
  END IF;
  PERFORM ledger_move_balances(p_ledger, p_debits || p_credits, v_ids, v_deltas);
  RETURN v_new;
END $$;

-- The hot balances of accounts with a floor, locked in id order; accounts that nobody has named before are opened.
-- One plan serves any number of accounts: each is found by its key. Left to itself the server would plan these
-- statements anew for every posting, a third of what they cost.
CREATE OR REPLACE FUNCTION ledger_move_balances(p_ledger text, p_codes text[], p_ids bigint[], p_deltas bigint[])
RETURNS void
LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
DECLARE v_known bigint; v_floored bigint[];
BEGIN
  SELECT count(*), array_agg(id) FILTER (WHERE floor_fen IS NOT NULL) INTO v_known, v_floored
    FROM ledger_account WHERE id = ANY (p_ids);
  IF v_known < cardinality(p_ids) THEN
    PERFORM ledger_open(p_ledger, p_codes);
    SELECT array_agg(id) INTO v_floored FROM ledger_account WHERE id = ANY (p_ids) AND floor_fen IS NOT NULL;
  END IF;
  IF cardinality(v_floored) > 1 THEN
    PERFORM FROM ledger_account a WHERE a.id = ANY (v_floored) ORDER BY a.id FOR NO KEY UPDATE;
  END IF;
  UPDATE ledger_account a SET posted_fen = a.posted_fen + a.normal * s.delta
    FROM unnest(p_ids, p_deltas) AS s(id, delta)
   WHERE a.id = s.id AND a.floor_fen IS NOT NULL AND s.delta <> 0;
END $$;

-- Some of these reasons were posted before (or twice in this batch): their moves must be the very same.
CREATE OR REPLACE FUNCTION ledger_assert_same(
  p_ledger text, p_reasons text[], p_seqs smallint[], p_debits text[], p_credits text[], p_fens bigint[]
) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE v_bad text;
BEGIN
  WITH told AS (
    SELECT ledger_id(p_ledger, m.reason) AS reason_id, m.reason, m.seq,
           ledger_id(p_ledger, m.debit) AS debit_id, ledger_id(p_ledger, m.credit) AS credit_id, m.fen
      FROM unnest(p_reasons, p_seqs, p_debits, p_credits, p_fens) AS m(reason, seq, debit, credit, fen)
  ), known AS (
    SELECT w.* FROM ledger_move w WHERE w.reason_id = ANY (ARRAY(SELECT reason_id FROM told))
  )
  SELECT coalesce(t.reason, w.reason) INTO v_bad
    FROM told t FULL JOIN known w ON w.reason_id = t.reason_id AND w.seq = t.seq
   WHERE (w.reason, w.debit_id, w.credit_id, w.fen) IS DISTINCT FROM (t.reason, t.debit_id, t.credit_id, t.fen)
   LIMIT 1;
  IF v_bad IS NOT NULL THEN
    RAISE EXCEPTION '%', v_bad USING ERRCODE = 'XT001';
  END IF;
END $$;

-- A bulk load inside one transaction leaves the planner with old statistics; only an owner may ANALYZE.
CREATE OR REPLACE FUNCTION ledger_analyze() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  ANALYZE ledger_move;
END $$;
