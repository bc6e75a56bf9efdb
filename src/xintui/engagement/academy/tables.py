"""The dated table of `data/`: what certificates are worth to the credit, until when a seat can be given back."""

import json
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True, slots=True)
class Policy:
    """`credit_steps_bp`: of the indicator 考试与证书 with one, two, … valid certificates; the last step stays."""

    version: str
    source: str
    credit_steps_bp: tuple[int, ...]
    cancel: timedelta
    attend: timedelta
    most_questions: int


@cache
def _data() -> Any:
    return json.loads((files(__package__) / "data" / "policy.json").read_text("utf-8"))


def policy(on: date) -> Policy:
    """The figures in force on a day; before the first entry the first ones."""
    rows = sorted(_data(), key=lambda row: row["from"])
    row = ([one for one in rows if date.fromisoformat(one["from"]) <= on] or rows[:1])[-1]
    return Policy(
        row["version"], row["source"], tuple(row["credit_steps_bp"]), timedelta(hours=row["cancel_hours"]),
        timedelta(days=row["attend_days"]), row["most_questions"],
    )  # fmt: skip
