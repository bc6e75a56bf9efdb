-- Who clicked on whose links, by shop and channel.
SELECT merchant_id, promoter_id, channel, sum(clicks)::int AS clicks, bool_or(material) AS material
  FROM attribution_looked(%(since)s, %(until)s) GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
