-- The console's list says which lines are held.
CREATE OR REPLACE VIEW commission_earning WITH (security_invoker = true) AS
SELECT l.order_id || '.' || l.line_id AS id, l.order_id, l.line_id, l.promoter_id, l.merchant_id, l.product_id, l.category,
       l.qty, l.paid_fen, l.refunded_fen, l.paid_fen - l.refunded_fen AS base_fen, l.plan_version, l.rule_id, l.rate_bp,
       l.cap_fen, commission_target(l.paid_fen - l.refunded_fen, l.rate_bp, l.cap_fen) AS commission_fen,
       l.promoter_id = l.buyer_id AS self_purchase,
       CASE WHEN l.paid_fen = l.refunded_fen THEN 'void'
            WHEN l.release_at IS NULL THEN 'pending'
            WHEN CASE WHEN l.late THEN l.epoch < b.epoch ELSE l.release_at <= b.watermark END THEN 'due'
            ELSE 'pending' END AS state,
       l.paid_at, l.release_at, to_char(l.release_at AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM') AS month,
       l.held AND l.paid_fen > l.refunded_fen AS held
  FROM commission_line l JOIN commission_books b ON b.books = l.books
 WHERE l.books = 'shop' AND l.promoter_id <> '';

-- What waits or has waited, with what the line is to bring by now.
CREATE VIEW commission_held WITH (security_invoker = true) AS
SELECT h.case_id || '.' || h.order_id || '.' || h.line_id AS id, h.case_id, h.order_id, h.line_id, h.promoter_id,
       h.merchant_id, h.says, h.held_at, h.until, h.release_at, h.ended_at, h.ending, h.ended_at IS NULL AS waiting,
       commission_target(l.paid_fen - l.refunded_fen, l.rate_bp, l.cap_fen) AS fen
  FROM commission_hold h
  JOIN commission_line l ON l.books = 'shop' AND l.order_id = h.order_id AND l.line_id = h.line_id
                        AND l.promoter_id = h.promoter_id;

REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON commission_held FROM xintui_app;
