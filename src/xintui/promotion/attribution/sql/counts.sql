-- Clicks and different visitors of one promoter's links on a page.
SELECT link_id, count(*) AS clicks, count(DISTINCT visitor_id) AS visitors
  FROM attribution_touch
 WHERE promoter_id = %(promoter_id)s AND link_id = ANY(%(link_ids)s::text[])
 GROUP BY link_id
