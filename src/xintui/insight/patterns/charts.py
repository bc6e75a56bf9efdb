"""Differences as a forest of intervals, stock as a line over bars: places in a fixed box, no script."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from xintui.insight.patterns import rules
from xintui.insight.patterns.contracts import SIGN_NAMES, Pattern, StockDay

WIDE, LEFT, RIGHT, LINE, HEAD = 860, 250, 190, 30, 34
STEPS: Final = (1000, 2000, 3000, 5000, 10_000)
"""Ends of the scale, in basis points on both sides of nought."""


@dataclass(frozen=True)
class Whisker:
    """One line of the forest: the point, the ends of its interval, what stands left and right of it."""

    y: float
    x: float
    low: float
    high: float
    size: float
    tone: str
    name: str
    counts: str
    says: str

    @property
    def left(self) -> float:
        return round(self.x - self.size, 1)

    @property
    def side(self) -> float:
        return self.size * 2


@dataclass(frozen=True)
class Mark:
    at: float
    says: str


@dataclass(frozen=True)
class Forest:
    height: int
    nought: float
    marks: tuple[Mark, ...]
    whiskers: tuple[Whisker, ...]
    cut: bool
    """Whether an interval reaches beyond the scale."""


def forest(patterns: Sequence[Pattern], unit: str) -> Forest:
    """The square grows with how many there are behind it."""
    reach = max((max(abs(one.diff_bp), min(abs(one.low_bp), abs(one.high_bp))) for one in patterns), default=0)
    end = next((step for step in STEPS if step * 9 >= reach * 10), STEPS[-1])

    def along(bp: int) -> float:
        held = max(-end, min(end, bp))
        return round(LEFT + (WIDE - LEFT - RIGHT) * (held + end) / (2 * end), 1)

    whiskers = tuple(
        Whisker(
            y=HEAD + LINE * n + LINE / 2, x=along(one.diff_bp), low=along(one.low_bp), high=along(one.high_bp),
            size=round(min(7.0, 3 + ((one.top_with + one.rest_with) ** 0.5) / 4), 1), tone=one.sign.value,
            name=rules.named(one.attribute, one.value),
            counts=f"{one.top_with}/{one.top} 对 {one.rest_with}/{one.rest}",
            says=f"{rules.named(one.attribute, one.value)}：{rules.says(one, unit)}。{SIGN_NAMES[one.sign]}",
        )
        for n, one in enumerate(patterns)
    )  # fmt: skip
    marks = tuple(Mark(along(bp), f"{bp / 100:+.0f}" if bp else "0") for bp in (-end, -end // 2, 0, end // 2, end))
    cut = any(one.low_bp < -end or one.high_bp > end for one in patterns)
    return Forest(HEAD + LINE * len(whiskers) + 8, along(0), marks, whiskers, cut)


@dataclass(frozen=True)
class Bar:
    x: float
    width: float
    y: float
    height: float
    says: str


@dataclass(frozen=True)
class Stock:
    """Both have their own scale: pieces there, and pieces sold a day."""

    points: str
    bars: tuple[Bar, ...]
    dates: tuple[Mark, ...]
    top: int
    most: int


def stock(days: Sequence[StockDay]) -> Stock:
    wide, high, left, down = 720, 170, 44, 22
    top, most = max((one.on_hand for one in days), default=0) or 1, max((one.sold for one in days), default=0) or 1
    step = (wide - left - 8) / max(1, len(days))
    floor = high - down

    def tall(value: int, of: int, part: float) -> float:
        return round((floor - 8) * part * max(0, value) / of, 1)

    every = max(1, len(days) // 6)
    return Stock(
        points=" ".join(
            f"{round(left + step * (n + 0.5), 1)},{floor - tall(one.on_hand, top, 1)}" for n, one in enumerate(days)
        ),
        bars=tuple(
            Bar(round(left + step * n + step * 0.2, 1), round(step * 0.6, 1), floor - tall(one.sold, most, 0.5),
                tall(one.sold, most, 0.5), f"{one.day:%m-%d}：库存 {one.on_hand}，售出 {one.sold}")
            for n, one in enumerate(days)
        ),
        dates=tuple(
            Mark(round(left + step * (n + 0.5), 1), f"{days[n].day:%m-%d}") for n in range(0, len(days), every)
        ),
        top=top, most=most,
    )  # fmt: skip
