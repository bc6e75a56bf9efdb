"""经营分析 analytics: sales, refunds and clicks by day, shop, product, promoter, province and channel."""
