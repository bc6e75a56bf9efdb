"""The dated terms of `data/`: windows, limits, how sure one has to be, and what a warning leads to."""

import json
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True, slots=True)
class Span:
    """A window, and how much has to have happened in it before anything is said."""

    days: int
    reviews_min: int
    received_min: int


@dataclass(frozen=True, slots=True)
class Alarm:
    """What follows from the model's warning."""

    on: bool
    unlist: bool
    notice: timedelta
    holds: timedelta
    received_min: int
    source: str


@dataclass(frozen=True, slots=True)
class Terms:
    version: str
    valid_from: date
    source: str
    short: Span
    long: Span
    bad_stars_max: int
    bad_limit_bp: int
    return_limit_bp: int
    z_milli: int
    late_after_days: int
    appeal_grace: timedelta
    alarm: Alarm

    @property
    def spans(self) -> tuple[Span, Span]:
        return self.short, self.long


@cache
def _data() -> list[Terms]:
    rows = json.loads((files(__package__) / "data" / "terms.json").read_text("utf-8"))
    return [_terms(row) for row in sorted(rows, key=lambda row: row["from"], reverse=True)]


def terms(on: date) -> Terms:
    """The version in force on a day; before the first, the first."""
    return next((one for one in _data() if one.valid_from <= on), _data()[-1])


def version(name: str) -> Terms:
    """The version that something was judged by."""
    return next(one for one in _data() if one.version == name)


def _terms(row: dict[str, Any]) -> Terms:
    short, long = (Span(**one) for one in row["windows"])
    alarm = row["warning"]
    return Terms(
        version=row["version"],
        valid_from=date.fromisoformat(row["from"]),
        source=row["source"],
        short=short,
        long=long,
        bad_stars_max=row["bad_stars_max"],
        bad_limit_bp=row["bad_limit_bp"],
        return_limit_bp=row["return_limit_bp"],
        z_milli=row["z_milli"],
        late_after_days=row["late_after_days"],
        appeal_grace=timedelta(days=row["appeal_grace_days"]),
        alarm=Alarm(
            on=alarm["on"],
            unlist=alarm["unlist"],
            notice=timedelta(hours=alarm["notice_hours"]),
            holds=timedelta(hours=alarm["holds_hours"]),
            received_min=alarm["received_min"],
            source=alarm["source"],
        ),
    )
