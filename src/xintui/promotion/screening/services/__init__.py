"""Verbs: what promoters let be seen, shops' lists and files, invitations."""
