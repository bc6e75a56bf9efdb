"""The dated terms of `data/`: what may be complained of, by whom it is normally paid, and every deadline."""

import json
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

from xintui.commerce.disputes.contracts import BadComplaint, ComplaintKind, RuleText, Side


@dataclass(frozen=True, slots=True)
class Terms:
    """One version of the list and its clocks."""

    version: str
    valid_from: date
    source: str
    answer: timedelta
    offer: timedelta
    arbitration: timedelta
    pay: timedelta
    appeal: timedelta
    remind: timedelta
    small_fen: int
    small_per_buyer: int
    small: timedelta
    files_per_side: int
    kinds: dict[str, ComplaintKind]
    rules: dict[str, RuleText]

    def kind(self, code: str) -> ComplaintKind:
        """Raises `BadComplaint`."""
        if code not in self.kinds:
            raise BadComplaint("没有这种投诉事由")
        return self.kinds[code]


@cache
def _data() -> list[Terms]:
    rows = json.loads((files(__package__) / "data" / "terms.json").read_text("utf-8"))
    return [_terms(row) for row in sorted(rows, key=lambda row: row["from"], reverse=True)]


def terms(on: date) -> Terms:
    """The version in force on a day; before the first, the first."""
    return next((one for one in _data() if one.valid_from <= on), _data()[-1])


def version(name: str) -> Terms:
    """The version that a complaint was filed under: it is judged by no other."""
    return next(one for one in _data() if one.version == name)


def _terms(row: dict[str, Any]) -> Terms:
    kinds = [
        ComplaintKind(**(one | {"liable": Side(one["liable"]), "asks": tuple(one["asks"])})) for one in row["kinds"]
    ]
    return Terms(
        version=row["version"],
        valid_from=date.fromisoformat(row["from"]),
        source=row["source"],
        answer=timedelta(hours=row["answer_hours"]),
        offer=timedelta(hours=row["offer_hours"]),
        arbitration=timedelta(hours=row["arbitration_hours"]),
        pay=timedelta(hours=row["pay_hours"]),
        appeal=timedelta(days=row["appeal_days"]),
        remind=timedelta(hours=row["remind_hours"]),
        small_fen=row["small_fen"],
        small_per_buyer=row["small_per_buyer"],
        small=timedelta(days=row["small_days"]),
        files_per_side=row["files_per_side"],
        kinds={one.code: one for one in kinds},
        rules={code: RuleText(code, **text) for code, text in row["rules"].items()},
    )
