"""The rate of a product over time beside its limit, as a drawing without a script: places in a fixed box."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from xintui.commerce.quality.contracts import Day
from xintui.commerce.quality.rules import percent

WIDTH, HEIGHT, LEFT, BOTTOM = 720, 170, 44, 22
STEPS: Final = (500, 1000, 1500, 2000, 3000, 4000, 6000, 8000, 10_000)
"""Tops of the scale, in basis points."""


@dataclass(frozen=True)
class Mark:
    """A line of the scale."""

    at: float
    says: str


@dataclass(frozen=True)
class Drawing:
    title: str
    points: str
    limit_at: float
    limit_says: str
    marks: tuple[Mark, ...]
    dates: tuple[Mark, ...]
    now: str


def drawing(title: str, days: Sequence[Day], rate: Callable[[Day], int], limit_bp: int) -> Drawing:
    """One line: the rate of each day's window."""
    rates = [rate(one) for one in days]
    top = next(step for step in STEPS if step >= min(10_000, max(*rates, limit_bp * 5 // 4)))
    wide, high = WIDTH - LEFT - 8, HEIGHT - BOTTOM - 8

    def down(bp: int) -> float:
        return round(8 + high - high * bp / top, 1)

    def along(n: int) -> float:
        return round(LEFT + wide * n / max(1, len(days) - 1), 1)

    every = max(1, len(days) // 6)
    return Drawing(
        title=title,
        points=" ".join(f"{along(n)},{down(bp)}" for n, bp in enumerate(rates)),
        limit_at=down(limit_bp),
        limit_says=f"上限 {percent(limit_bp)}",
        marks=tuple(Mark(down(top * n // 2), percent(top * n // 2)) for n in range(3)),
        dates=tuple(Mark(along(n), days[n].day.strftime("%m-%d")) for n in range(0, len(days), every)),
        now=percent(rates[-1]),
    )
