-- Book a stretch of the batch, schedule what is scheduled already, and post the accruals: one statement, one pass.
-- A stretch is a range of pages of the temporary table: what the ledger is handed at once stays small.
WITH plans AS (
  -- Which published plan is in force when. None are asked for where the file brings its own.
  SELECT version, (body ->> 'auto_receipt_days')::int AS auto_receipt_days, (body ->> 'freeze_days')::int AS freeze_days,
         in_force_from AS since, lead(in_force_from) OVER (ORDER BY in_force_from) AS until
    FROM commission_plan WHERE %(version)s::text IS NULL AND books = %(books)s
), planned AS (
  SELECT s.*, coalesce(%(version)s, p.version, '') AS plan_version,
         coalesce(p.auto_receipt_days, %(auto_receipt_days)s) AS auto_days,
         coalesce(p.freeze_days, %(freeze_days)s) AS freeze_days
    FROM (SELECT * FROM commission_in_sale WHERE ctid >= %(first)s::tid AND ctid < %(end)s::tid) s
    LEFT JOIN plans p ON s.paid_at >= p.since AND (s.paid_at < p.until OR p.until IS NULL)
), ruled AS (
  SELECT p.*, r.rule_id, r.rate_bp, r.cap_fen,
         p.promoter_id <> '' AND p.promoter_id <> p.buyer_id AS earns,
         coalesce(p.received_at, CASE WHEN %(auto_receipt)s THEN p.paid_at + make_interval(hours => 24 * p.auto_days) END)
           + make_interval(hours => 24 * p.freeze_days) AS release_at
    FROM planned p
    LEFT JOIN commission_in_rule r
      ON p.promoter_id <> '' AND r.plan_version = p.plan_version
     AND r.merchant_id = CASE WHEN 'merchant_id' = ANY (%(keys)s) THEN p.merchant_id ELSE '' END
     AND r.category = CASE WHEN 'category' = ANY (%(keys)s) THEN p.category ELSE '' END
     AND r.product_id = CASE WHEN 'product_id' = ANY (%(keys)s) THEN p.product_id ELSE '' END
     AND r.sku_id = CASE WHEN 'sku_id' = ANY (%(keys)s) THEN p.sku_id ELSE '' END
     AND r.promoter_id = CASE WHEN 'promoter_id' = ANY (%(keys)s) THEN p.promoter_id ELSE '' END
     AND r.promoter_level = CASE WHEN 'promoter_level' = ANY (%(keys)s) THEN p.promoter_level ELSE '' END
), booked AS (
  INSERT INTO commission_line (
    books, order_id, line_id, promoter_id, merchant_id, buyer_id, product_id, category, qty, currency, paid_fen, paid_at,
    received_at, release_at, plan_version, rule_id, rate_bp, cap_fen, late, epoch, sku_id)
  SELECT %(books)s, order_id, line_id, promoter_id, merchant_id, buyer_id, product_id, category, qty, currency,
         paid_fen, paid_at, received_at, release_at, plan_version, coalesce(rule_id, ''),
         CASE WHEN earns THEN coalesce(rate_bp, 0) ELSE 0 END, cap_fen,
         coalesce(release_at <= %(watermark)s, false), %(epoch)s, sku_id
    FROM ruled
  RETURNING order_id, line_id, promoter_id, merchant_id, buyer_id, currency, paid_fen, paid_at, release_at, late, epoch,
            commission_target(paid_fen, rate_bp, cap_fen) AS fen
), scheduled AS (
  -- What ripens for one promoter at one instant is one row, however many lines brought it.
  INSERT INTO commission_entry (books, promoter_id, release_on, release_at, fen, net_fen, lines, late, epoch)
  SELECT %(books)s, promoter_id, commission_day(release_at), release_at, sum(fen)::bigint, sum(paid_fen)::bigint,
         count(*), late, epoch
    FROM booked WHERE promoter_id <> '' AND promoter_id <> buyer_id AND release_at IS NOT NULL
   GROUP BY promoter_id, release_at, late, epoch
)
SELECT ledger_post(
         %(books)s, array_agg('commission.accrue/' || order_id || '/' || line_id), array_agg(0::smallint),
         array_agg('merchant.payable:' || merchant_id || '@' || currency),
         array_agg('promoter.pending:' || promoter_id || '@' || currency),
         array_agg(fen), array_agg(greatest(commission_day(paid_at), %(open_from)s::date))) AS postings
  FROM booked WHERE fen > 0
HAVING count(*) > 0
