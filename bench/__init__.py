"""Benchmarks and proofs, run from a checkout: `xintui bench NAME`, `xintui proof NAME` (or `python -m bench NAME`).

Each one has a seed, a count and a printed figure, runs on a durable cluster of its own under a temporary XINTUI_HOME,
and measures its floor (the least the same machine could do) beside it in the same run.
"""
