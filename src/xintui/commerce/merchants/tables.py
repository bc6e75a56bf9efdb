"""The dated words of `data/names.json`."""

import json
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class NameTerms:
    """Words in a shop's name that a person must look at; how many applications of one person a rule opens at once."""

    valid_from: date
    source: str
    words: tuple[str, ...]
    open_at_once: int


@cache
def _data() -> tuple[NameTerms, ...]:
    rows = json.loads((files(__package__) / "data" / "names.json").read_text("utf-8"))
    found = [
        NameTerms(date.fromisoformat(row["from"]), row["source"], tuple(row["words"]), row["open_at_once"])
        for row in rows
    ]
    return tuple(sorted(found, key=lambda one: one.valid_from, reverse=True))


def name_terms(on: date) -> NameTerms:
    """The version in force on a day; before the first, the first."""
    return next((one for one in _data() if one.valid_from <= on), _data()[-1])
