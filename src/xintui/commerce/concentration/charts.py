"""A case's days as a drawing without a script: a bar for what was paid, its after-sales at the foot of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from xintui.commerce.concentration.contracts import Day

WIDTH, HEIGHT, LEFT, BOTTOM, TOP = 720, 190, 36, 22, 8
STEPS: Final = (4, 10, 16, 20, 30, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 100_000, 1_000_000)


@dataclass(frozen=True)
class Bar:
    """Both parts of a day, in the drawing's own units."""

    x: float
    width: float
    y: float
    height: float
    asked_y: float
    asked_height: float
    says: str


@dataclass(frozen=True)
class Mark:
    at: float
    says: str


@dataclass(frozen=True)
class Drawing:
    bars: tuple[Bar, ...]
    marks: tuple[Mark, ...]
    dates: tuple[Mark, ...]
    lines: int
    asked: int


def drawing(days: Sequence[Day]) -> Drawing:
    """All days in one box; the scale's top is a round number."""
    top = next(step for step in STEPS if step >= max((one.lines for one in days), default=0))
    wide, high = (WIDTH - LEFT - 8) / max(1, len(days)), HEIGHT - BOTTOM - TOP

    def tall(n: int) -> float:
        return round(high * n / top, 1)

    every = max(1, len(days) // 8)
    return Drawing(
        bars=tuple(
            Bar(
                x=round(LEFT + wide * n + wide * 0.12, 1), width=round(wide * 0.76, 1),
                y=round(TOP + high - tall(one.lines), 1), height=tall(one.lines),
                asked_y=round(TOP + high - tall(one.asked), 1), asked_height=tall(one.asked),
                says=f"{one.day:%m-%d}：{one.lines} 件，其中 {one.asked} 件申请售后",
            )
            for n, one in enumerate(days)
        ),
        marks=tuple(Mark(round(TOP + high - tall(top * n // 2), 1), str(top * n // 2)) for n in range(3)),
        dates=tuple(
            Mark(round(LEFT + wide * (n + 0.5), 1), days[n].day.strftime("%m-%d")) for n in range(0, len(days), every)
        ),
        lines=sum(one.lines for one in days),
        asked=sum(one.asked for one in days),
    )  # fmt: skip
