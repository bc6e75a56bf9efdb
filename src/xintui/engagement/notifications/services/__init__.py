"""Telling people, reading, preferring, allowing; and the courier to WeChat."""
