"""Writes: signals and the scores that follow them; signals made void."""
