-- How many stand at each depth, how many of them are active, and how many came lately.
SELECT depth, count(*) AS people, count(*) FILTER (WHERE state = 'active') AS active,
       count(*) FILTER (WHERE joined_at >= %(since)s) AS lately
  FROM promoters_promoter GROUP BY depth ORDER BY depth
