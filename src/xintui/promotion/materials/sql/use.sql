-- One more use, in one of sixteen slots: relatively, so that two at once both count.
INSERT INTO materials_use AS u (version_id, merchant_id, channel, act, slot, times)
VALUES (%(version_id)s, %(merchant_id)s, %(channel)s, %(act)s, %(slot)s, 1)
ON CONFLICT (merchant_id, version_id, channel, act, slot) DO UPDATE SET times = u.times + 1
