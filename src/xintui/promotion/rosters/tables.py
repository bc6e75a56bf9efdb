"""The dated terms of `data/`."""

import json
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True, slots=True)
class Terms:
    """`early_share_bp`: how much of a roster may go before everybody's hour, and `source` says why no more."""

    version: str
    valid_from: date
    source: str
    early_share_bp: int
    public_days: int
    notice_hours: int
    notice_days: int
    longest_days: int
    least_seats: int
    most_seats: int
    most_waiting: int
    use_hours: int


@cache
def _terms() -> tuple[Terms, ...]:
    rows = json.loads((files(__package__) / "data" / "terms.json").read_text("utf-8"))
    return tuple(sorted(map(_term, rows), key=lambda one: one.valid_from, reverse=True))


def terms(on: date) -> Terms:
    """The terms in force on a day; before the first, the first."""
    return next((one for one in _terms() if one.valid_from <= on), _terms()[-1])


def _term(row: dict[str, Any]) -> Terms:
    plain = {key: value for key, value in row.items() if key not in {"from", "verified_on"}}
    return Terms(valid_from=date.fromisoformat(row["from"]), **plain)
