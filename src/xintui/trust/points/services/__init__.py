"""The verbs of points: earned, pledged, redeemed, over. Lock order: members by id → ledger accounts."""
