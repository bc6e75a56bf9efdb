"""A ring is found by numbers and judged by people."""

from typing import Final

from xintui.kernel.states import Flow
from xintui.trust.graph.contracts import RingState, Verb

FLOW: Final[Flow[RingState, Verb]] = Flow(
    {
        (RingState.OPEN, Verb.CONFIRM): RingState.CONFIRMED,
        (RingState.OPEN, Verb.CLEAR): RingState.CLEARED,
        (RingState.CONFIRMED, Verb.REOPEN): RingState.OPEN,
        (RingState.CLEARED, Verb.REOPEN): RingState.OPEN,
    }
)
SAME_PERCENT: Final = 50
"""Two groups of two runs that share so much of all their members are one group that has changed."""


def same(one: frozenset[str], other: frozenset[str]) -> int:
    """How much two groups share, in percent of all their members."""
    return 100 * len(one & other) // len(one | other)
