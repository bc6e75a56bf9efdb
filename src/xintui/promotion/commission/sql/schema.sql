-- The schedule: signed, immutable rows by release day. A refund before release is a negative row; a release is one
-- aggregate over this table and one ledger row per promoter and day. No key: idempotency lives in line and refund.
CREATE TABLE commission_entry (
  books       text        NOT NULL,
  promoter_id text        NOT NULL,
  release_on  date        NOT NULL,
  release_at  timestamptz NOT NULL,
  fen         bigint      NOT NULL,
  net_fen     bigint      NOT NULL,
  lines       integer     NOT NULL,
  late        boolean     NOT NULL,
  epoch       integer     NOT NULL
) PARTITION BY RANGE (release_on);
CREATE INDEX commission_entry_promoter ON commission_entry (promoter_id, release_on);
CREATE INDEX commission_entry_release ON commission_entry USING brin (release_at) WITH (pages_per_range = 32);
CREATE INDEX commission_entry_late ON commission_entry (books, epoch) WHERE late;
ALTER TABLE commission_line SET (fillfactor = 90);

-- Rows are reached through the parent, whose grants and guards hold; a partition by itself is nobody's to touch.
CREATE TABLE commission_entry_other PARTITION OF commission_entry DEFAULT;
REVOKE ALL ON commission_entry_other FROM xintui_app;

-- A partition for each of these months; years outside 2000–2099 stay in the default one. Safe to call side by side.
CREATE FUNCTION commission_partitions(p_months date[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE v_month date; v_name text;
BEGIN
  FOREACH v_month IN ARRAY coalesce(p_months, '{}') LOOP
    v_name := 'commission_entry_' || to_char(v_month, 'YYYYMM');
    IF v_month BETWEEN '2000-01-01' AND '2099-12-01' AND to_regclass(v_name) IS NULL THEN
      PERFORM pg_advisory_xact_lock(hashtext('commission.partitions'));
      IF to_regclass(v_name) IS NULL THEN
        EXECUTE format('CREATE TABLE %I PARTITION OF commission_entry FOR VALUES FROM (%L) TO (%L)',
                       v_name, v_month, (v_month + interval '1 month')::date);
        EXECUTE format('REVOKE ALL ON %I FROM xintui_app', v_name);
      END IF;
    END IF;
  END LOOP;
END $$;

-- rules.target_fen
CREATE FUNCTION commission_target(base bigint, rate_bp integer, cap bigint) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN least(CASE WHEN base < 900000000000000 THEN base * rate_bp / 10000
                  ELSE div(base::numeric * rate_bp, 10000)::bigint END, cap);

-- rules.bonus_fen
CREATE FUNCTION commission_bonus(net bigint, tiers jsonb) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (
  SELECT coalesce(div(sum(greatest(0, least(net::numeric, top) - from_fen) * rate_bp), 10000), 0)::bigint
    FROM (SELECT (t.tier ->> 'from_fen')::numeric AS from_fen, (t.tier ->> 'rate_bp')::numeric AS rate_bp,
                 lead((t.tier ->> 'from_fen')::numeric) OVER (ORDER BY t.n) AS top
            FROM jsonb_array_elements(tiers) WITH ORDINALITY AS t(tier, n)) bands
);

CREATE FUNCTION commission_first_of_month(at timestamptz) RETURNS date
LANGUAGE sql STABLE PARALLEL SAFE
RETURN date_trunc('month', at AT TIME ZONE 'Asia/Shanghai')::date;

CREATE FUNCTION commission_day(at timestamptz) RETURNS date
LANGUAGE sql STABLE PARALLEL SAFE
RETURN (at AT TIME ZONE 'Asia/Shanghai')::date;

-- The first instant after a month ('2026-11') in Asia/Shanghai.
CREATE FUNCTION commission_month_close(month text) RETURNS timestamptz
LANGUAGE sql STABLE PARALLEL SAFE
RETURN ((month || '-01')::timestamp + interval '1 month') AT TIME ZONE 'Asia/Shanghai';
