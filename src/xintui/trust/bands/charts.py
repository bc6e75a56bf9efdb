"""What a model said beside what came, without a script: a dot is a tenth of the moments, on the line it is right."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

WIDTH, HEIGHT, LEFT, BOTTOM, EDGE = 480, 300, 52, 40, 12
TOPS: Final = (0.02, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0)
"""Where a scale may end."""


@dataclass(frozen=True)
class Mark:
    at: float
    says: str


@dataclass(frozen=True)
class Dot:
    x: float
    y: float
    says: str


@dataclass(frozen=True)
class Drawing:
    """`line`: where said and came are the same."""

    dots: tuple[Dot, ...]
    line: str
    below: tuple[Mark, ...]
    beside: tuple[Mark, ...]


def calibration(bins: Sequence[Mapping[str, Any]]) -> Drawing:
    """Both axes to the same end, so that the right line is the diagonal."""
    most = max((max(one["said"], one["came"]) for one in bins), default=0.0)
    top = next(end for end in TOPS if end >= min(most, 1.0))
    wide, high = WIDTH - LEFT - EDGE, HEIGHT - BOTTOM - EDGE

    def along(share: float) -> float:
        return round(LEFT + wide * share / top, 1)

    def down(share: float) -> float:
        return round(EDGE + high - high * share / top, 1)

    dots = tuple(
        Dot(along(one["said"]), down(one["came"]), f"估计 {_percent(one['said'])}，实际 {_percent(one['came'])}，"
            f"{one['count']:,} 个时点")
        for one in bins
    )  # fmt: skip
    steps = [top * n / 4 for n in range(5)]
    return Drawing(
        dots=dots,
        line=f"{along(0)},{down(0)} {along(top)},{down(top)}",
        below=tuple(Mark(along(one), _percent(one)) for one in steps),
        beside=tuple(Mark(down(one), _percent(one)) for one in steps),
    )


def _percent(share: float) -> str:
    return f"{share * 100:.3g}%"
