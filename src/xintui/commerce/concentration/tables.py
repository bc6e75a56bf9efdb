"""The dated terms of `data/`: windows, how much has to be there, how sure one has to be, how long anything may wait."""

import json
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

from xintui.commerce.concentration.contracts import Bar, Window


@dataclass(frozen=True, slots=True)
class Terms:
    version: str
    valid_from: date
    source: str
    bar: Bar
    calm_days: int
    hold: timedelta
    confirmed: timedelta
    grace: timedelta
    look_hours: int


@cache
def _data() -> tuple[Terms, ...]:
    rows = json.loads((files(__package__) / "data" / "terms.json").read_text("utf-8"))
    return tuple(_terms(row) for row in sorted(rows, key=lambda row: row["from"], reverse=True))


def terms(on: date) -> Terms:
    """The version in force on a day; before the first, the first."""
    return next((one for one in _data() if one.valid_from <= on), _data()[-1])


def version(name: str) -> Terms:
    """The version that something was judged by."""
    return next(one for one in _data() if one.version == name)


def _terms(row: dict[str, Any]) -> Terms:
    return Terms(
        version=row["version"],
        valid_from=date.fromisoformat(row["from"]),
        source=row["source"],
        bar=Bar(
            windows=tuple(Window(**one) for one in row["windows"]),
            asked_min=row["asked_min"], rest_min=row["rest_min"], ratio_milli=row["ratio_milli"],
            extra_bp=row["extra_bp"], q_ppm=row["q_ppm"],
        ),
        calm_days=row["calm_days"],
        hold=timedelta(days=row["hold_days"]),
        confirmed=timedelta(days=row["confirmed_days"]),
        grace=timedelta(days=row["grace_days"]),
        look_hours=row["look_hours"],
    )  # fmt: skip
