"""Numbers and small formulas that explain a score; free of the heavy libraries that compute it."""

from typing import Final

VERSION: Final = "2026-11"
"""Changes when any formula or constant of these rules does: scores of two versions are not compared."""

FULL: Final = 1_000
"""A pair that dealt with each other without end weighs this; the first time a third of it, the second time half."""
HALF_AT: Final = 2

ONE: Final = 1_000_000_000
REST_PERCENT: Final = 15
STEPS: Final = 10
"""The walk is stopped early, as SybilRank does: what has not arrived by then leaks in over few edges."""
BEST: Final = 10_000
ENOUGH: Final = 3.0
"""Effective counterparties at which breadth is a half."""

BUYER, PROMOTER, MERCHANT = 0, 1, 2


def weight(orders: int) -> int:
    """k orders weigh 1000 * k / (k + 2): the 50th order of a pair adds less than a thousandth."""
    return FULL * orders // (orders + HALF_AT)


def given(before: int, heavy: int, strength: int) -> int:
    """What a neighbour who had this reach gives over an edge so heavy to somebody of this strength; billionths."""
    return (100 - REST_PERCENT) * before * heavy // (100 * strength)
