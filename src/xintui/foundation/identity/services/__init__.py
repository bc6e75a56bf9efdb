"""The module's verbs, one subject a file."""
