"""The dated terms of `data/`: what counts as a loss, how much data is enough, where a band ends."""

import json
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from xintui.trust.deposits.contracts import Band


@dataclass(frozen=True, slots=True)
class Terms:
    """`cuts_bp`: up to this probability a band goes; what is above all of them is D."""

    version: str
    valid_from: date
    source: str
    ahead_days: int
    every_days: int
    least_tenure_days: int
    back_days: int
    refund_bp: int
    refund_orders: int
    train_share_bp: int
    least_holders: int
    least_positives: int
    strength: float
    cuts_bp: dict[Band, int]
    person_days: int


@cache
def _data() -> tuple[Terms, ...]:
    rows = json.loads((files(__package__) / "data" / "terms.json").read_text("utf-8"))
    return tuple(sorted(map(_terms, rows), key=lambda one: one.valid_from, reverse=True))


def terms(on: date) -> Terms:
    """The version in force on a day; before the first, the first."""
    return next((one for one in _data() if one.valid_from <= on), _data()[-1])


def _terms(row: dict[str, Any]) -> Terms:
    plain = (
        "version", "source", "ahead_days", "every_days", "least_tenure_days", "back_days", "refund_bp", "refund_orders",
        "train_share_bp", "strength", "person_days",
    )  # fmt: skip
    least = row["minimum"]
    return Terms(
        valid_from=date.fromisoformat(row["from"]),
        least_holders=least["holders"],
        least_positives=least["positives"],
        cuts_bp={Band(name): bp for name, bp in row["cuts_bp"].items()},
        **{name: row[name] for name in plain},
    )
