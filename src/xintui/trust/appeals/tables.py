"""The dated terms of `data/`: how long a human may take."""

import json
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Terms:
    valid_from: date
    answer_hours: int
    source: str


@cache
def _data() -> tuple[Terms, ...]:
    rows = json.loads((files(__package__) / "data" / "terms.json").read_text("utf-8"))
    found = [Terms(date.fromisoformat(row["from"]), row["answer_hours"], row["source"]) for row in rows]
    return tuple(sorted(found, key=lambda one: one.valid_from, reverse=True))


def terms(on: date) -> Terms:
    """The version in force on a day; before the first, the first."""
    return next((one for one in _data() if one.valid_from <= on), _data()[-1])
