"""The dated terms of `data/`: the window, who counts as best, how many there have to be, and the bands of numbers."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True, slots=True)
class Terms:
    version: str
    valid_from: date
    source: str
    days: int
    top_bp: int
    clicks_min: int
    goods_least: int
    people_least: int
    z_milli: int
    turnover_days: int
    slow_days: int
    bands: Mapping[str, Sequence[tuple[str, int | None]]]
    """Attribute → (name, below this), the last without an end."""

    def band(self, attribute: str, value: int | None) -> str:
        """The band's name; empty where nothing is known."""
        if value is None:
            return ""
        return next(name for name, end in self.bands[attribute] if end is None or value < end)


@cache
def _data() -> tuple[Terms, ...]:
    rows = json.loads((files(__package__) / "data" / "terms.json").read_text("utf-8"))
    return tuple(_terms(row) for row in sorted(rows, key=lambda row: row["from"], reverse=True))


def terms(on: date) -> Terms:
    """The version in force on a day; before the first, the first."""
    return next((one for one in _data() if one.valid_from <= on), _data()[-1])


def _terms(row: dict[str, Any]) -> Terms:
    bands = {name: [(says, end) for says, end in steps] for name, steps in row["bands"].items()}
    same = ("version", "source", "days", "top_bp", "clicks_min", "goods_least", "people_least", "z_milli",
            "turnover_days", "slow_days")  # fmt: skip
    return Terms(valid_from=date.fromisoformat(row["from"]), bands=bands, **{name: row[name] for name in same})
