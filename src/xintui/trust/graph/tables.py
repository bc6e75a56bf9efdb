"""The dated terms of `data/`: what a shared identifier is worth, how long it is kept, and how much is enough."""

import json
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from xintui.trust.graph.contracts import MarkKind


@dataclass(frozen=True, slots=True)
class Sharing:
    """One version. `worth`: for each kind (most people, evidence), ascending; beyond the last an identifier is public.

    `pair_kinds`: sharing one of these two people are a group; else it takes `least_people`.
    """

    version: str
    valid_from: date
    source: str
    enough: int
    least_kinds: int
    least_people: int
    pair_kinds: frozenset[MarkKind]
    days: dict[MarkKind, int]
    worth: dict[MarkKind, tuple[tuple[int, int], ...]]
    why: dict[MarkKind, str]

    def most(self, kind: MarkKind) -> int:
        """Shared by more people than this an identifier says nothing."""
        return self.worth[kind][-1][0]


@cache
def _data() -> tuple[Sharing, ...]:
    rows = json.loads((files(__package__) / "data" / "sharing.json").read_text("utf-8"))
    return tuple(sorted(map(_sharing, rows), key=lambda one: one.valid_from, reverse=True))


def sharing(on: date) -> Sharing:
    """The version in force on a day; before the first, the first."""
    return next((one for one in _data() if one.valid_from <= on), _data()[-1])


def _sharing(row: dict[str, Any]) -> Sharing:
    kinds = {MarkKind(one["kind"]): one for one in row["kinds"]}
    return Sharing(
        version=row["version"], valid_from=date.fromisoformat(row["from"]), source=row["source"],
        enough=row["enough"], least_kinds=row["least_kinds"], least_people=row["least_people"],
        pair_kinds=frozenset(map(MarkKind, row["pair_kinds"])),
        days={kind: one["days"] for kind, one in kinds.items()},
        worth={kind: tuple((people, points) for people, points in one["worth"]) for kind, one in kinds.items()},
        why={kind: one["why"] for kind, one in kinds.items()},
    )  # fmt: skip
