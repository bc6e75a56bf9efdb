-- Write the refunds of this pass: the row, the counters, and the effect where the line stands (pending or released).
-- One that is undone (`restore_stage.sql`) is a row of the opposite sign and takes the same way back.
WITH written AS (
  INSERT INTO commission_refund (books, refund_id, promoter_id, order_id, line_id, refund_fen, refunded_at, delta_fen,
                                 early)
  SELECT %(books)s, refund_id, promoter_id, order_id, line_id, refund_fen, refunded_at, delta_fen, early
    FROM commission_do_refund
), by_line AS (
  SELECT d.order_id, d.line_id, d.promoter_id, bool_and(d.released) AS released, bool_and(d.earns) AS earns,
         min(d.month) AS month, sum(d.refund_fen)::bigint AS fen, sum(d.delta_fen)::bigint AS delta_fen,
         coalesce(sum(d.refund_fen) FILTER (WHERE d.early), 0)::bigint AS early_fen
    FROM commission_do_refund d GROUP BY 1, 2, 3
), moved AS (
  UPDATE commission_line l
     SET refunded_fen = l.refunded_fen + b.fen, refunded_early_fen = l.refunded_early_fen + b.early_fen
    FROM by_line b
   WHERE l.books = %(books)s AND l.order_id = b.order_id AND l.line_id = b.line_id
  RETURNING b.*, l.release_at,
    commission_target(l.paid_fen - l.refunded_early_fen, l.rate_bp, l.cap_fen)
      - commission_target(l.paid_fen - l.refunded_early_fen + b.early_fen, l.rate_bp, l.cap_fen) AS released_delta
), months AS (
  -- By time: what was refunded before release was never released; what came after is clawed back. A refund that found
  -- its line unreleased also left a negative entry, which the sweep will subtract: give that part back here.
  INSERT INTO commission_month AS m (promoter_id, books, month, net_fen, released_fen, clawed_back_fen)
  SELECT promoter_id, %(books)s, month,
         coalesce(-sum(fen) FILTER (WHERE released), 0)::bigint,
         sum(released_delta + CASE WHEN released THEN 0 ELSE delta_fen END)::bigint,
         sum(released_delta + delta_fen)::bigint
    FROM moved WHERE earns AND month IS NOT NULL
   GROUP BY promoter_id, month
  HAVING bool_or(released) OR sum(released_delta + delta_fen) <> 0
  ON CONFLICT (promoter_id, books, month) DO UPDATE
     SET net_fen = m.net_fen + excluded.net_fen, released_fen = m.released_fen + excluded.released_fen,
         clawed_back_fen = m.clawed_back_fen + excluded.clawed_back_fen
), scheduled AS (
  INSERT INTO commission_entry (books, promoter_id, release_on, release_at, fen, net_fen, lines, late, epoch)
  SELECT %(books)s, promoter_id, commission_day(release_at), release_at, -delta_fen, -refund_fen, 0, late, %(epoch)s
    FROM commission_do_refund WHERE earns AND NOT released AND release_at IS NOT NULL
), clawed AS (
  INSERT INTO commission_do_due (promoter_id, at, kind, id, fen, on_date, reason, other)
  SELECT promoter_id, refunded_at, 2, refund_id, -delta_fen, greatest(commission_day(refunded_at), %(open_from)s::date),
         CASE WHEN delta_fen > 0 THEN 'commission.clawback/' || refund_id
              ELSE 'commission.restored/' || commission_undone(refund_id) END,
         'merchant.payable:' || merchant_id
    FROM commission_do_refund WHERE released AND delta_fen <> 0
)
INSERT INTO commission_out_move (reason, seq, debit, credit, fen, on_date)
SELECT CASE WHEN delta_fen > 0 THEN 'commission.refund/' || refund_id
            ELSE 'commission.restored/' || commission_undone(refund_id) END, 0,
       CASE WHEN delta_fen > 0 THEN hers ELSE shops END, CASE WHEN delta_fen > 0 THEN shops ELSE hers END,
       abs(delta_fen), greatest(commission_day(refunded_at), %(open_from)s::date)
  FROM commission_do_refund, LATERAL (SELECT 'promoter.pending:' || promoter_id || '@' || %(currency)s AS hers,
                                             'merchant.payable:' || merchant_id || '@' || %(currency)s AS shops) a
 WHERE NOT released AND delta_fen <> 0
