"""The dated data of `data/`: the 18 fields and the limits."""

import json
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from xintui.promotion.screening.contracts import Field, FieldKind


@dataclass(frozen=True, slots=True)
class Book:
    version: str
    valid_from: date
    source: str
    verified_on: date
    fields: dict[str, Field]

    @property
    def hidden(self) -> frozenset[str]:
        """What nobody sees until its promoter shows it."""
        return frozenset(one.key for one in self.fields.values() if one.hidden)


@dataclass(frozen=True, slots=True)
class Terms:
    version: str
    valid_from: date
    source: str
    invitations_a_day: int
    invitation_days: int
    shortlist: int
    compared: int
    exported: int
    counted_up_to: int
    deposit_steps_fen: tuple[int, ...]
    service_steps: tuple[int, ...]


def _rows(name: str) -> Any:
    return json.loads((files(__package__) / "data" / f"{name}.json").read_text("utf-8"))


@cache
def _books() -> tuple[Book, ...]:
    return tuple(sorted(map(_book, _rows("fields")), key=lambda one: one.valid_from, reverse=True))


@cache
def _terms() -> tuple[Terms, ...]:
    return tuple(sorted(map(_term, _rows("terms")), key=lambda one: one.valid_from, reverse=True))


def book(on: date) -> Book:
    """The fields in force on a day; before the first, the first."""
    return next((one for one in _books() if one.valid_from <= on), _books()[-1])


def terms(on: date) -> Terms:
    """The limits in force on a day; before the first, the first."""
    return next((one for one in _terms() if one.valid_from <= on), _terms()[-1])


def _book(row: dict[str, Any]) -> Book:
    fields = {one["key"]: _field(dict(one)) for one in row["fields"]}
    checked = date.fromisoformat(row["verified_on"])
    return Book(row["version"], date.fromisoformat(row["from"]), row["source"], checked, fields)


def _field(row: dict[str, Any]) -> Field:
    return Field(kind=FieldKind(row.pop("type")), **row)


def _term(row: dict[str, Any]) -> Terms:
    plain = {key: value for key, value in row.items() if key not in {"from", "verified_on"}}
    plain["deposit_steps_fen"], plain["service_steps"] = tuple(row["deposit_steps_fen"]), tuple(row["service_steps"])
    return Terms(valid_from=date.fromisoformat(row["from"]), **plain)
