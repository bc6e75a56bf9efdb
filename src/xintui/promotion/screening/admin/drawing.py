"""The result by deposit and service, drawn: a cell per stretch, the darker the more, each a filter."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from xintui.promotion.screening import facade
from xintui.promotion.screening.admin.forms import address, narrowed
from xintui.promotion.screening.contracts import DEPOSIT, Cell, Field, Known, Range, Search

LEFT, TOP, WIDE, HIGH, FOOT = 76, 8, 86, 34, 24
FAINT: Final = 0.14


@dataclass(frozen=True, slots=True)
class Square:
    x: int
    y: int
    strength: str
    count: str
    says: str
    href: str


@dataclass(frozen=True, slots=True)
class Tick:
    x: int
    y: int
    says: str


@dataclass(frozen=True, slots=True)
class Drawing:
    width: int
    height: int
    squares: tuple[Square, ...]
    columns: tuple[Tick, ...]
    rows: tuple[Tick, ...]


def draw(
    cells: Sequence[Cell], search: Search, order: str, fields: Mapping[str, Field], terms: facade.Terms
) -> Drawing:
    """Deposit to the right, those who show none first; service upwards, as far as anybody stands."""
    stretches: list[int | None] = [None, *terms.deposit_steps_fen]
    found = [terms.service_steps.index(cell.service.low or 0) for cell in cells]
    steps = terms.service_steps[max(min(found, default=0) - 1, 0) : max(found, default=0) + 2]
    most = max((cell.count for cell in cells), default=1)
    squares = []
    for cell in cells:
        x = LEFT + WIDE * stretches.index(cell.deposit.low if cell.deposit else None)
        y = TOP + HIGH * (len(steps) - 1 - steps.index(cell.service.low or 0))
        wanted = narrowed(search, cell.deposit or Known(DEPOSIT, known=False), cell.service)
        strength = FAINT + (1 - FAINT) * math.log1p(cell.count) / math.log1p(most)
        count = f"{terms.counted_up_to:,}+" if cell.count > terms.counted_up_to else f"{cell.count:,}"
        says = f"{_deposit(cell.deposit, fields)}，{facade.said(cell.service, fields)}：{count} 位"
        squares.append(Square(x, y, f"{strength:.2f}", count, says, address(wanted, order)))
    columns = tuple(
        Tick(LEFT + WIDE * i + WIDE // 2, TOP + HIGH * len(steps) + 16, "未知" if low is None else f"¥{low // 100:,}起")
        for i, low in enumerate(stretches)
    )
    rows = tuple(Tick(LEFT - 8, TOP + HIGH * (len(steps) - 1 - i) + 20, f"{low} 分起") for i, low in enumerate(steps))
    size = (LEFT + WIDE * len(stretches) + 4, TOP + HIGH * len(steps) + FOOT)
    return Drawing(*size, tuple(squares), columns, rows)


def _deposit(stretch: Range | None, fields: Mapping[str, Field]) -> str:
    return facade.said(stretch or Known(DEPOSIT, known=False), fields)
