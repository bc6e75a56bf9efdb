-- What became of each plan's tasks, and how many of the customers who were followed up bought again soon after.
WITH task AS (
  SELECT t.*, t.state = 'done' AND EXISTS (
           SELECT FROM commission_facts f
            WHERE f.promoter_id = t.promoter_id AND f.buyer_id = t.buyer_id AND f.net_fen > 0
              AND f.paid_at > t.acted_at AND f.paid_at < t.acted_at + make_interval(days => %(again_days)s)) AS again
    FROM followups_task t WHERE t.plan_id = ANY(%(plan_ids)s::text[])
)
SELECT plan_id, count(*)::int AS made,
       (count(*) FILTER (WHERE state = 'open' AND expires_at > %(now)s))::int AS waiting,
       (count(*) FILTER (WHERE state = 'done'))::int AS done,
       (count(*) FILTER (WHERE state = 'skipped'))::int AS skipped,
       (count(*) FILTER (WHERE state = 'open' AND expires_at <= %(now)s))::int AS expired,
       (count(DISTINCT (promoter_id, buyer_id)) FILTER (WHERE state = 'done'))::int AS followed,
       (count(DISTINCT (promoter_id, buyer_id)) FILTER (WHERE again))::int AS again
  FROM task GROUP BY plan_id
