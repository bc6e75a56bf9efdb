-- These promoters' rows from the facts, as of a day; only what differs is written, under the batch's number.
-- Hidden and missing become the same NULL here. Rates are of what was counted; of nothing there is no rate.
WITH facts AS (
  SELECT a.id AS promoter_id, p.display_name, p.level, p.joined_at,
         coalesce(p.active, false) AND coalesce(v.listed, true) AS listed, coalesce(v.hidden, %(hidden)s::text[]) AS hidden
    FROM unnest(%(promoters)s::text[]) AS a (id)
    LEFT JOIN promoters_facts p ON p.promoter_id = a.id
    LEFT JOIN screening_visibility v ON v.promoter_id = a.id
), deposit AS (
  SELECT * FROM deposits_facts WHERE holder_kind = 'promoter' AND holder_id = ANY (%(promoters)s::text[])
), scores AS (
  SELECT subject_id, max(score) FILTER (WHERE scale = 'service') AS service,
         max(score) FILTER (WHERE scale = 'credit') AS credit
    FROM credit_facts WHERE subject_id = ANY (%(promoters)s::text[]) GROUP BY 1
), sums AS (
  SELECT subject_id, indicator, sum(good)::bigint AS good, sum(total)::bigint AS total,
         count(*) FILTER (WHERE total > 0) AS days
    FROM credit_counted(%(promoters)s::text[], %(earliest)s::date) c
    JOIN unnest(%(indicators)s::text[], %(sinces)s::date[]) AS w (name, since)
      ON w.name = c.indicator AND c.day >= w.since
   GROUP BY 1, 2
), counted AS (
  SELECT subject_id,
         max((total - good) * 10000 / total) FILTER (WHERE indicator = 'returns' AND total > 0) AS return_bp,
         max((total - good) * 10000 / total) FILTER (WHERE indicator = 'complaints' AND total > 0) AS complaint_bp,
         max(good * 10000 / total) FILTER (WHERE indicator = 'repeat' AND total > 0) AS repeat_bp,
         max(good * 10000 / total) FILTER (WHERE indicator = 'response' AND total > 0) AS prompt_bp,
         max(days) FILTER (WHERE indicator = 'activity') AS weeks
    FROM sums GROUP BY 1
), favourite AS (
  SELECT DISTINCT ON (promoter_id) promoter_id, category FROM (
    SELECT f.promoter_id, g.category, sum(f.net_fen) AS net_fen
      FROM commission_facts f JOIN catalog_facts g ON g.product_id = f.product_id
     WHERE f.promoter_id = ANY (%(promoters)s::text[]) AND f.paid_at >= %(sold_since)s
     GROUP BY 1, 2) by_category
   WHERE net_fen > 0 ORDER BY promoter_id, net_fen DESC, category
), cases AS (
  SELECT subject_id, count(*)::int AS violations FROM violations_facts
   WHERE subject_kind = 'promoter' AND subject_id = ANY (%(promoters)s::text[]) GROUP BY 1
), found AS (
  SELECT f.promoter_id, f.listed, f.hidden, f.display_name, f.level, d.paid_fen, d.risk_class, d.band, s.service, s.credit,
         g.score AS graph, %(today)s::date - (f.joined_at AT TIME ZONE 'Asia/Shanghai')::date AS tenure_days,
         CASE WHEN d.paid_fen >= d.target_fen THEN 10000 ELSE d.paid_fen * 10000 / d.target_fen END AS deposit_bp,
         t.net_fen, t.orders, c.return_bp, c.complaint_bp, c.repeat_bp, c.prompt_bp,
         CASE WHEN t.promoter_id IS NOT NULL THEN coalesce(c.weeks, 0) END AS weeks,
         v.category, coalesce(k.violations, 0) AS violations
    FROM facts f
    LEFT JOIN deposit d ON d.holder_id = f.promoter_id
    LEFT JOIN scores s ON s.subject_id = f.promoter_id
    LEFT JOIN graph_facts g ON g.kind = 'promoter' AND g.subject_id = f.promoter_id
    LEFT JOIN attribution_sold(%(promoters)s::text[], %(sold_since)s) t ON t.promoter_id = f.promoter_id
    LEFT JOIN counted c ON c.subject_id = f.promoter_id
    LEFT JOIN favourite v ON v.promoter_id = f.promoter_id
    LEFT JOIN cases k ON k.subject_id = f.promoter_id
), seen AS (
  SELECT promoter_id, listed, CASE WHEN listed THEN display_name ELSE '' END AS name,
         CASE WHEN listed AND 'deposit_fen' <> ALL (hidden) THEN paid_fen END AS deposit_fen,
         CASE WHEN listed AND 'deposit_bp' <> ALL (hidden) THEN deposit_bp END AS deposit_bp,
         CASE WHEN listed AND 'deposit_class' <> ALL (hidden) THEN risk_class END AS deposit_class,
         CASE WHEN listed AND 'deposit_band' <> ALL (hidden) THEN band END AS deposit_band,
         CASE WHEN listed AND 'service' <> ALL (hidden) THEN service END AS service,
         CASE WHEN listed AND 'credit' <> ALL (hidden) THEN credit END AS credit,
         CASE WHEN listed AND 'graph' <> ALL (hidden) THEN graph END AS graph,
         CASE WHEN listed AND 'level' <> ALL (hidden) THEN level END AS level,
         CASE WHEN listed AND 'tenure_days' <> ALL (hidden) THEN tenure_days END AS tenure_days,
         CASE WHEN listed AND 'net_fen' <> ALL (hidden) THEN net_fen END AS net_fen,
         CASE WHEN listed AND 'orders' <> ALL (hidden) THEN orders END AS orders,
         CASE WHEN listed AND 'return_bp' <> ALL (hidden) THEN return_bp END AS return_bp,
         CASE WHEN listed AND 'complaint_bp' <> ALL (hidden) THEN complaint_bp END AS complaint_bp,
         CASE WHEN listed AND 'repeat_bp' <> ALL (hidden) THEN repeat_bp END AS repeat_bp,
         CASE WHEN listed AND 'prompt_bp' <> ALL (hidden) THEN prompt_bp END AS prompt_bp,
         CASE WHEN listed AND 'weeks' <> ALL (hidden) THEN weeks END AS weeks,
         CASE WHEN listed AND 'category' <> ALL (hidden) THEN category END AS category,
         CASE WHEN listed AND 'violations' <> ALL (hidden) THEN violations END AS violations,
         CASE WHEN listed THEN %(today)s::date END AS as_of
    FROM found
), ranked AS (
  -- 精选展示: nobody stands before others by something she hides, so it is read off what is seen.
  SELECT *, listed AND EXISTS (SELECT FROM unnest(%(rung_scores)s::int[], %(rung_ranks)s::int[]) AS r (score, rank)
                                WHERE credit >= r.score AND array_position(%(levels)s::text[], level) >= r.rank) AS featured
    FROM seen
)
UPDATE screening_profile p
   SET listed = n.listed, featured = n.featured, name = n.name, deposit_fen = n.deposit_fen, deposit_bp = n.deposit_bp,
       deposit_class = n.deposit_class, deposit_band = n.deposit_band, service = n.service, credit = n.credit,
       graph = n.graph, level = n.level, tenure_days = n.tenure_days, net_fen = n.net_fen, orders = n.orders,
       return_bp = n.return_bp, complaint_bp = n.complaint_bp, repeat_bp = n.repeat_bp, prompt_bp = n.prompt_bp,
       weeks = n.weeks, category = n.category, violations = n.violations, as_of = n.as_of, version = %(version)s
  FROM ranked n
 WHERE p.promoter_id = n.promoter_id
   AND (p.listed, p.featured, p.name, p.deposit_fen, p.deposit_bp, p.deposit_class, p.deposit_band, p.service, p.credit,
        p.graph, p.level, p.tenure_days, p.net_fen, p.orders, p.return_bp, p.complaint_bp, p.repeat_bp, p.prompt_bp, p.weeks,
        p.category, p.violations, p.as_of)
       IS DISTINCT FROM
       (n.listed, n.featured, n.name, n.deposit_fen, n.deposit_bp, n.deposit_class, n.deposit_band, n.service, n.credit,
        n.graph, n.level, n.tenure_days, n.net_fen, n.orders, n.return_bp, n.complaint_bp, n.repeat_bp, n.prompt_bp, n.weeks,
        n.category, n.violations, n.as_of)
