"""Verbs: count the graph again, and what people decide of a ring."""
