"""Consenting and withdrawing; copies of one's data; leaving."""
