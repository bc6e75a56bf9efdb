"""A group as a picture: buyers left, promoters in the middle, shops right; a line is as thick as its money.

Only positions and numbers are worked out here; the template draws them and the style sheet colours them, so light, dark
and a phone's width are decided where every other page decides them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Final

from xintui.kernel.money import yuan
from xintui.trust.graph.contracts import KIND_NAMES, Member, NodeKind, Picture

WIDTH: Final = 440
TOP: Final = 34
STEP: Final = 44
DEEP: Final = 14
"""So many stand below each other before a second column is begun."""
COLUMNS: Final = {NodeKind.BUYER: 76, NodeKind.PROMOTER: 244, NodeKind.MERCHANT: 380}
APART: Final = 56
THIN, THICK = 1.5, 9.0


@dataclass(frozen=True, slots=True)
class Dot:
    """A member at its place; `n` is its number in the list below the picture."""

    n: int
    member: Member
    x: int
    y: int
    name: str
    kind: str
    title: str
    main: bool


@dataclass(frozen=True, slots=True)
class Line:
    x1: int
    y1: int
    x2: int
    y2: int
    width: float
    title: str
    main: bool


@dataclass(frozen=True, slots=True)
class Drawing:
    width: int
    height: int
    dots: Sequence[Dot]
    lines: Sequence[Line]
    heads: Sequence[tuple[int, str]]
    says: str


def draw(picture: Picture, names: Mapping[str, str]) -> Drawing:
    """Where everything is."""
    by_kind = {kind: [one for one in picture.members if one.kind is kind] for kind in NodeKind}
    tallest = max((min(len(group), _deep(len(group))) for group in by_kind.values()), default=1)
    dots: list[Dot] = []
    for kind, group in by_kind.items():
        for at, member in enumerate(group):
            x, y = _place(kind, at, len(group), tallest)
            name = names.get(member.id, KIND_NAMES[kind])
            title = f"{KIND_NAMES[kind]} {name}，信任分 {member.score:,}"
            dots.append(
                Dot(len(dots) + 1, member, x, y, name, kind.value, title, main=member.id == picture.about)
            )  # fmt: skip
    place = {dot.member.id: dot for dot in dots}
    most = max((pair.money_fen for pair in picture.pairs), default=1) or 1
    lines = [
        Line(
            place[pair.left].x, place[pair.left].y, place[pair.right].x, place[pair.right].y,
            round(THIN + (THICK - THIN) * sqrt(pair.money_fen / most), 1),
            f"{place[pair.left].name} 与 {place[pair.right].name}：{pair.orders} 笔，¥{yuan(pair.money_fen)}",
            not picture.about or picture.about in (pair.left, pair.right),
        )
        for pair in sorted(picture.pairs, key=lambda pair: pair.money_fen)
        if pair.left in place and pair.right in place
    ]  # fmt: skip
    counts = [f"{len(group)} 位{KIND_NAMES[kind]}" for kind, group in by_kind.items() if group]
    heads = [(COLUMNS[kind], KIND_NAMES[kind]) for kind, group in by_kind.items() if group]
    height = TOP + tallest * STEP + 8
    return Drawing(WIDTH, height, dots, lines, heads, f"成交关系图：{'，'.join(counts)}，{len(lines)} 条成交关系")


def _deep(many: int) -> int:
    """How many of so many stand below each other: columns of equal height, three at most for buyers."""
    columns = min(-(-many // DEEP), 3)
    return -(-many // columns) if columns else 0


def _place(kind: NodeKind, at: int, many: int, tallest: int) -> tuple[int, int]:
    deep = _deep(many)
    column, row = divmod(at, deep)
    columns = -(-many // deep)
    x = COLUMNS[kind] + int((column - (columns - 1) / 2) * min(APART, 120 // columns))
    return x, TOP + int((row + 0.5 + (tallest - min(deep, many)) / 2) * STEP)
