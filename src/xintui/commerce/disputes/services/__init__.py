"""The verbs of a dispute."""
