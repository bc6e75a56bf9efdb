INSERT INTO analytics_daily (merchant_id, part, day, key, placed, bought, received, kept, orders, units, paid_fen,
                             refunds, refunded_fen, clicks)
SELECT merchant_id, 'click', day, channel, 0, 0, 0, 0, 0, 0, 0, 0, 0, clicks
  FROM attribution_clicks_between(%(since)s, 'infinity')
