-- One click a person: the same visitor on the same link within ten seconds is a double tap, not a second click.
INSERT INTO attribution_touch (id, promoter_id, link_id, merchant_id, channel, visitor_id, buyer_id, at)
SELECT %(id)s::text, %(promoter_id)s::text, %(link_id)s::text, %(merchant_id)s::text, %(channel)s::text, %(visitor_id)s::text, %(buyer_id)s::text, %(at)s::timestamptz
 WHERE NOT EXISTS (
   SELECT 1 FROM attribution_touch
    WHERE visitor_id = %(visitor_id)s::text AND promoter_id = %(promoter_id)s::text AND link_id = %(link_id)s::text
      AND buyer_id = %(buyer_id)s::text AND at > %(at)s::timestamptz - interval '10 seconds' AND at <= %(at)s::timestamptz)
