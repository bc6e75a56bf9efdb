"""A group that shares something, as a picture: accounts on the left, what they share on the right, a line for "has".

What is shared is drawn by its kind and a number. Which telephone, account or address it is stands nowhere here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from xintui.trust.graph.contracts import KIND_NAMES, MARK_NAMES, Web
from xintui.trust.graph.drawing import STEP, TOP, WIDTH, Dot, Line

PEOPLE_X, MARKS_X, BESIDE = 100, 280, 18
DEEP: Final = 30
"""So many people are drawn; the list below has all of them."""


@dataclass(frozen=True, slots=True)
class Knot:
    """A shared identifier at its place."""

    x: int
    y: int
    name: str
    kind: str
    title: str


@dataclass(frozen=True, slots=True)
class Weave:
    width: int
    height: int
    dots: Sequence[Dot]
    knots: Sequence[Knot]
    lines: Sequence[Line]
    says: str
    left_out: int


def weave(web: Web, names: Mapping[str, str]) -> Weave:
    """Where everything is."""
    shown = web.members[:DEEP]
    tall = max(len(shown), len(web.ties), 1)
    dots = [
        Dot(
            n, one, PEOPLE_X, _row(n - 1, len(shown), tall), names.get(one.id, KIND_NAMES[one.kind]), one.kind.value,
            f"{KIND_NAMES[one.kind]} {names.get(one.id, '')}".strip(), main=False,
        )
        for n, one in enumerate(shown, 1)
    ]  # fmt: skip
    knots = [
        Knot(
            MARKS_X, _row(at, len(web.ties), tall), f"{MARK_NAMES[tie.kind]} {tie.n}", tie.kind.value,
            f"{MARK_NAMES[tie.kind]} {tie.n}：{len(tie.members)} 个账号共用",
        )
        for at, tie in enumerate(web.ties)
    ]  # fmt: skip
    place = {dot.member.id: dot for dot in dots}
    lines = [
        Line(place[who].x, place[who].y, knot.x, knot.y, 2.0, f"{place[who].name}：{knot.name}", main=True)
        for tie, knot in zip(web.ties, knots, strict=True)
        for who in tie.members
        if who in place
    ]
    says = f"共用标识图：{len(web.members)} 个账号，{len(web.ties)} 个共用的标识，{len(lines)} 条共用关系"
    return Weave(WIDTH, TOP + tall * STEP + 8, dots, knots, lines, says, len(web.members) - len(shown))


def _row(at: int, many: int, tall: int) -> int:
    return TOP + int((at + 0.5 + (tall - many) / 2) * STEP)
