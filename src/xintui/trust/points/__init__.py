"""信任银行 points: trust earned by rule, kept as points in the ledger, and the benefits that follow from it."""
