"""The dated table of `data/`: how often a customer may be brought up, how late a task may be made, what is counted."""

import json
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True, slots=True)
class Policy:
    """`most` tasks about one customer within `window`, whoever's; days missed by up to `catch_up_days` are made up."""

    most: int
    window: timedelta
    catch_up_days: int
    again_days: int
    keep_days: int


@cache
def _data() -> Any:
    return json.loads((files(__package__) / "data" / "policy.json").read_text("utf-8"))


def policy(on: date) -> Policy:
    """The figures in force on a day; before the first entry the first ones."""
    rows = sorted(_data(), key=lambda row: row["from"])
    row = ([one for one in rows if date.fromisoformat(one["from"]) <= on] or rows[:1])[-1]
    return Policy(
        most=row["most_per_customer"],
        window=timedelta(days=row["window_days"]),
        catch_up_days=row["catch_up_days"],
        again_days=row["again_days"],
        keep_days=row["keep_days"],
    )
