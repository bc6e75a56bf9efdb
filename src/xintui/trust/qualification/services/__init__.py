"""Verbs: hand in, decide, look again, appeal, keep pictures, block."""
