"""Verbs: a case from its report to its end, and what visitors say of shares."""
