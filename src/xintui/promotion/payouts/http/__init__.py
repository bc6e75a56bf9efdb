"""The doors of payouts: withdrawals and statements, taxes."""
