"""Sealed blocks: each names the one before it, so that history cannot be rewritten in the middle (reliability R13)."""

from xintui.foundation.evidence.rules.canonical import canonical_bytes
from xintui.foundation.evidence.rules.merkle import HASH_BYTES, leaf_hash

GENESIS = bytes(HASH_BYTES)
"""What the first block of a log names as the one before it."""


def block_hash(previous: bytes, root: bytes, count: int, sum_minor: int) -> bytes:
    """previous ‖ root ‖ count ‖ sum as canonical bytes, hashed as a leaf."""
    assert len(previous) == len(root) == HASH_BYTES
    assert count >= 0
    return leaf_hash(canonical_bytes("xintui.block.1", previous, root, count, sum_minor))
