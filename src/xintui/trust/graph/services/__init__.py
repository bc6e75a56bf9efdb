"""Verbs: hear of marks, count the graph again, and what people decide of a group."""
