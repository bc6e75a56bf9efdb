"""The verbs of payouts. Lock order: withdrawal → tax year → tax month → limits → ledger accounts."""
