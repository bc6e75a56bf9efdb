-- Month close and its corrections. For each promoter and month whose close has come: the bonus on the net at the close,
-- then again after every refund that came later; what is posted is each time the difference.
-- `net_fen` of the month row does not yet contain the refunds of this pass.
WITH closing AS MATERIALIZED (
  SELECT m.*, commission_month_close(m.month) AS closes_at
    FROM commission_month m
   WHERE m.books = %(books)s AND commission_month_close(m.month) <= %(now)s
     AND (NOT m.closed AND %(sweeping)s
          OR m.closed AND (m.promoter_id, m.month) IN (SELECT promoter_id, to_char(release_on, 'YYYY-MM') FROM commission_do_sweep)
          OR m.closed AND (m.promoter_id, m.month) IN (
               SELECT promoter_id, month FROM commission_do_refund WHERE released AND earns))
), refunds AS (
  SELECT c.promoter_id, c.month, d.refund_id, d.refunded_at, d.refund_fen,
         NOT c.closed AND d.refunded_at < c.closes_at AS before_close
    FROM closing c
    JOIN commission_do_refund d
      ON d.promoter_id = c.promoter_id AND d.month = c.month AND d.released AND d.earns
), before AS (
  SELECT promoter_id, month, sum(refund_fen) AS fen FROM refunds WHERE before_close GROUP BY 1, 2
), starts AS (
  SELECT c.promoter_id, c.month, c.closed, c.closes_at, c.net_fen - coalesce(b.fen, 0) AS net_fen
    FROM closing c LEFT JOIN before b USING (promoter_id, month)
), events AS (
  SELECT promoter_id, month, 0 AS first, CASE WHEN closed THEN %(now)s ELSE closes_at END AS at, '' AS id, net_fen
    FROM starts
  UNION ALL
  SELECT r.promoter_id, r.month, 1, r.refunded_at, r.refund_id,
         s.net_fen
           - sum(r.refund_fen) OVER (PARTITION BY r.promoter_id, r.month ORDER BY r.refunded_at, r.refund_id COLLATE "C")
    FROM refunds r JOIN starts s USING (promoter_id, month)
   WHERE NOT r.before_close
), priced AS (
  SELECT e.*, commission_bonus(e.net_fen::bigint, %(tiers)s::jsonb) AS bonus_fen FROM events e
), stepped AS (
  SELECT p.*, p.bonus_fen - coalesce(
           lag(p.bonus_fen) OVER (PARTITION BY p.promoter_id, p.month ORDER BY p.first, p.at, p.id COLLATE "C"),
           c.bonus_fen) AS delta_fen
    FROM priced p JOIN closing c USING (promoter_id, month)
), stored AS (
  UPDATE commission_month m SET bonus_fen = m.bonus_fen + s.delta_fen, closed = true
    FROM (SELECT promoter_id, month, sum(delta_fen)::bigint AS delta_fen FROM stepped GROUP BY 1, 2) s
   WHERE m.books = %(books)s AND m.promoter_id = s.promoter_id AND m.month = s.month
)
INSERT INTO commission_do_due (promoter_id, at, kind, id, fen, on_date, reason, other)
SELECT promoter_id, at, CASE WHEN id = '' THEN 1 ELSE 2 END, id, delta_fen,
       greatest(commission_day(at), %(open_from)s::date),
       format('commission.bonus/%%s/%%s/%%s', month, promoter_id,
              CASE WHEN id = '' THEN 'close-' || %(epoch)s::int ELSE id END),
       'platform.bonus:platform'
  FROM stepped WHERE delta_fen <> 0
