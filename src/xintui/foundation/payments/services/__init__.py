"""Writes; one verb = one transaction. The network is only ever called between two of them."""
