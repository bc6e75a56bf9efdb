-- One click a person: the same visitor on the same link within ten seconds is a double tap, not a second click.
INSERT INTO attribution_touch (id, promoter_id, link_id, merchant_id, channel, visitor_id, buyer_id, at)
SELECT %(id)s, %(promoter_id)s, %(link_id)s, %(merchant_id)s, %(channel)s, %(visitor_id)s, %(buyer_id)s, %(at)s::timestamptz
 WHERE NOT EXISTS (
   SELECT 1 FROM attribution_touch
    WHERE visitor_id = %(visitor_id)s AND promoter_id = %(promoter_id)s AND link_id = %(link_id)s
      AND buyer_id = %(buyer_id)s AND at > %(at)s::timestamptz - interval '10 seconds' AND at <= %(at)s::timestamptz)
