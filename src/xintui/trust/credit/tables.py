"""The dated versions of `data/`: which indicators there are, how they count, what scales weigh, where bands begin."""

import json
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, Final

from xintui.trust.credit.contracts import How, Scale, SubjectKind

UNIT: Final = 1 << 16
"""What a signal of today weighs; older ones weigh less, always as whole numbers."""


@dataclass(frozen=True, slots=True)
class Indicator:
    """`cap`: how much of a day counts; `prior_bp`, `pseudo`: what is assumed of nobody known, and how firmly."""

    code: str
    title: str
    how: How
    unit: str
    prior_bp: int
    says: str
    raise_says: str
    raise_n: int
    source: str
    window_days: int = 0
    half_life_days: int = 0
    cap: int = 0
    pseudo: int = 0
    unit_bp: int = 0
    full_days: int = 0


@dataclass(frozen=True, slots=True)
class Part:
    """Up to `zero_bp` an indicator gives nothing, from `full_bp` on all of `weight`, in between its share."""

    indicator: str
    weight: int
    zero_bp: int
    full_bp: int


@dataclass(frozen=True, slots=True)
class Weighing:
    code: Scale
    title: str
    of: SubjectKind
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Band:
    code: str
    title: str
    begins: int


@dataclass(frozen=True, slots=True)
class Version:
    name: str
    valid_from: date
    source: str
    indicators: dict[str, Indicator]
    scales: dict[Scale, Weighing]
    bands: tuple[Band, ...]
    history_days: int

    def scales_of(self, kind: SubjectKind) -> list[Weighing]:
        return [one for one in self.scales.values() if one.of is kind]

    def band(self, score: int) -> Band:
        return next(one for one in reversed(self.bands) if score >= one.begins)

    def next_band(self, score: int) -> Band | None:
        return next((one for one in self.bands if one.begins > score), None)


@cache
def _data() -> tuple[Version, ...]:
    rows = json.loads((files(__package__) / "data" / "indicators.json").read_text("utf-8"))
    return tuple(sorted(map(_version, rows), key=lambda one: one.valid_from, reverse=True))


def version(on: date) -> Version:
    """The version in force on a day; before the first, the first."""
    return next((one for one in _data() if one.valid_from <= on), _data()[-1])


@cache
def decay(half_life_days: int, window_days: int) -> tuple[int, ...]:
    """What a signal weighs by its age in days; without a half-life always the same."""
    if not half_life_days:
        return (UNIT,) * (window_days + 1)
    return tuple(round(UNIT * 2 ** (-age / half_life_days)) for age in range(window_days + 1))


def _version(row: dict[str, Any]) -> Version:
    indicators = {one["code"]: _indicator(dict(one)) for one in row["indicators"]}
    return Version(
        name=row["version"],
        valid_from=date.fromisoformat(row["from"]),
        source=row["source"],
        indicators=indicators,
        scales={Scale(one["code"]): _weighing(one, indicators) for one in row["scales"]},
        bands=tuple(Band(one["code"], one["title"], one["from"]) for one in row["bands"]),
        history_days=row["history_days"],
    )


def _indicator(row: dict[str, Any]) -> Indicator:
    how, says, n = How(row.pop("kind")), row.pop("raise"), row.pop("n")
    return Indicator(how=how, raise_says=says, raise_n=n, **row)


def _weighing(row: dict[str, Any], indicators: dict[str, Indicator]) -> Weighing:
    given = row["parts"]
    parts = tuple(Part(code, *given[code]) for code in indicators if code in given)
    return Weighing(Scale(row["code"]), row["title"], SubjectKind(row["of"]), parts)
