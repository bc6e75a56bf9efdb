-- How many customers a promoter has, how many of them came again, and how many bought lately.
SELECT count(*)::int AS customers, count(*) FILTER (WHERE orders > 1)::int AS again,
       count(*) FILTER (WHERE last_at >= %(since)s)::int AS lately
  FROM (SELECT count(DISTINCT order_id) AS orders, max(paid_at) AS last_at
          FROM commission_line
         WHERE books = 'shop' AND promoter_id = %(promoter_id)s AND buyer_id <> promoter_id
         GROUP BY buyer_id) c
