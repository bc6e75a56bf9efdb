"""A closed day as a tree: leaf 0 is the close itself, the day's moves follow in the order of the books."""

from collections.abc import Mapping

from xintui.foundation.evidence.contracts import ClosedDay
from xintui.foundation.evidence.rules.canonical import Value
from xintui.foundation.evidence.rules.merkle import leaf_hash
from xintui.foundation.evidence.rules.schemas import leaf_bytes


def head_record(day: ClosedDay) -> Mapping[str, Value]:
    """Leaf 0: ties the moves to the day before and to the chain of sealed blocks."""
    return {
        "books": day.ledger,
        "day": day.day,
        "postings_root": day.postings_root,
        "postings_count": day.count,
        "moves_sum_fen": day.sum_fen,
        "previous": day.previous,
        "chain_head": day.chain_head,
    }


def head_leaf(day: ClosedDay) -> bytes:
    """The hash of leaf 0."""
    return leaf_hash(leaf_bytes("day", head_record(day)))
