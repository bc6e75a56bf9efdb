-- The tasks of one plan that are due today. Not about who has left or said no, not for who may not promote, and never
-- more about one customer than the policy allows, whoever's customer it is. What is asked about a customer is asked of
-- an index, one customer at a time: how many there are is not known beforehand.
WITH due AS (
  SELECT d.*, row_number() OVER (PARTITION BY d.buyer_id ORDER BY d.occurred_at DESC, d.promoter_id) AS nth
    FROM followups_due(%(trigger)s, %(since)s, %(until)s) d
   WHERE d.promoter_id = ANY(%(active)s::text[])
     AND (SELECT i.active FROM identity_facts i WHERE i.user_id = d.buyer_id)
     AND coalesce((SELECT p.given FROM privacy_facts p WHERE p.user_id = d.buyer_id AND p.purpose = %(purpose)s), true)
     AND (SELECT count(*) FROM followups_task t
           WHERE t.promoter_id = d.promoter_id AND t.plan_id = %(plan_id)s AND t.buyer_id = d.buyer_id
             AND t.order_id = d.order_id) = 0
)
INSERT INTO followups_task
  (id, promoter_id, plan_id, buyer_id, order_id, product_id, occurred_at, rank, state, made_at, expires_at)
SELECT 'fut' || left(md5(concat_ws('.', %(plan_id)s, d.promoter_id, d.buyer_id, d.order_id)), 26),
       d.promoter_id, %(plan_id)s, d.buyer_id, d.order_id, d.product_id, d.occurred_at, %(rank)s, 'open',
       %(now)s, %(expires_at)s
  FROM due d
 WHERE d.nth + (SELECT count(*) FROM followups_task t WHERE t.buyer_id = d.buyer_id AND t.made_at > %(lately)s)
       <= %(most)s
ON CONFLICT DO NOTHING
