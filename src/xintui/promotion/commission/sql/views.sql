-- What people look at: the shop's books, with a key of one column. Row-level security asks the looker, not the owner.
CREATE VIEW commission_earning WITH (security_invoker = true) AS
SELECT l.order_id || '.' || l.line_id AS id, l.order_id, l.line_id, l.promoter_id, l.merchant_id, l.product_id, l.category,
       l.qty, l.paid_fen, l.refunded_fen, l.paid_fen - l.refunded_fen AS base_fen, l.plan_version, l.rule_id, l.rate_bp,
       l.cap_fen, commission_target(l.paid_fen - l.refunded_fen, l.rate_bp, l.cap_fen) AS commission_fen,
       l.promoter_id = l.buyer_id AS self_purchase,
       CASE WHEN l.paid_fen = l.refunded_fen THEN 'void'
            WHEN l.release_at IS NULL THEN 'pending'
            WHEN CASE WHEN l.late THEN l.epoch < b.epoch ELSE l.release_at <= b.watermark END THEN 'due'
            ELSE 'pending' END AS state,
       l.paid_at, l.release_at, to_char(l.release_at AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM') AS month
  FROM commission_line l JOIN commission_books b ON b.books = l.books
 WHERE l.books = 'shop' AND l.promoter_id <> '';

CREATE VIEW commission_version WITH (security_invoker = true) AS
SELECT version, body, in_force_from, published_at, published_by FROM commission_plan WHERE books = 'shop';

CREATE VIEW commission_batch WITH (security_invoker = true) AS
SELECT epoch, since, until, lines, promoters, fen, at FROM commission_sweep WHERE books = 'shop';

CREATE VIEW commission_statement WITH (security_invoker = true) AS
SELECT promoter_id || '.' || month AS id, promoter_id, month, lines, net_fen, released_fen - clawed_back_fen AS commission_fen,
       released_fen, clawed_back_fen, bonus_fen, closed
  FROM commission_month WHERE books = 'shop' AND lines > 0;

REVOKE INSERT, UPDATE, DELETE, TRUNCATE
    ON commission_earning, commission_version, commission_batch, commission_statement FROM xintui_app;
