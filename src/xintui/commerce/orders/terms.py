"""Dated figures of the module's `data/` folder, each with its source."""

import json
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def _data(name: str) -> Any:
    return json.loads((files(__package__) / "data" / f"{name}.json").read_text("utf-8"))


def term(name: str) -> int:
    """A figure of `terms.json`."""
    return int(_data("terms")[name]["value"])


def fee_bp(on: date) -> int:
    """The technical service fee in force on a day; 0 before the first entry."""
    rates = [row for row in _data("fees")["technical_service"] if date.fromisoformat(row["from"]) <= on]
    return int(max(rates, key=lambda row: row["from"])["rate_bp"]) if rates else 0


@dataclass(frozen=True, slots=True)
class Deadline:
    """Whose turn it is in a state of an after-sale, and for how long."""

    side: str
    hours: int
    source: str


def deadline(state: str, on: date) -> Deadline | None:
    """The deadline in force on a day; None where nobody is waited for."""
    found = [row for row in _data("deadlines") if row["state"] == state and date.fromisoformat(row["from"]) <= on]
    if not found:
        return None
    row = max(found, key=lambda row: row["from"])
    return Deadline(row["side"], int(row["hours"]), row["source"])
