"""Verbs: shops and their settings · staff and invitations."""
