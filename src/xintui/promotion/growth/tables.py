"""The dated path of `data/`."""

import json
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from xintui.promotion.growth.contracts import Fact


@dataclass(frozen=True, slots=True)
class Step:
    """`needs` brings one there, `keeps` keeps one there; `invited`: a person has to say yes as well."""

    code: str
    title: str
    says: str
    needs: dict[Fact, int] = field(default_factory=dict)
    keeps: dict[Fact, int] = field(default_factory=dict)
    invited: bool = False


@dataclass(frozen=True, slots=True)
class Rules:
    version: str
    valid_from: date
    source: str
    window_days: int
    grace_reviews: int
    steps: tuple[Step, ...]

    def at(self, code: str) -> int:
        """Where a stage stands on the path."""
        return next(i for i, step in enumerate(self.steps) if step.code == code)


@cache
def _data() -> tuple[Rules, ...]:
    rows = json.loads((files(__package__) / "data" / "path.json").read_text("utf-8"))
    return tuple(sorted(map(_rules, rows), key=lambda one: one.valid_from, reverse=True))


def rules(on: date) -> Rules:
    """The version in force on a day; before the first, the first."""
    return next((one for one in _data() if one.valid_from <= on), _data()[-1])


def _rules(row: dict[str, Any]) -> Rules:
    return Rules(
        version=row["version"], valid_from=date.fromisoformat(row["from"]), source=row["source"],
        window_days=row["window_days"], grace_reviews=row["grace_reviews"],
        steps=tuple(_step(one) for one in row["stages"]),
    )  # fmt: skip


def _step(row: dict[str, Any]) -> Step:
    both = {name: {Fact(code): n for code, n in row.get(name, {}).items()} for name in ("needs", "keeps")}
    return Step(row["code"], row["title"], row["says"], invited=row.get("invited", False), **both)
