"""The dated rules of `data/`: what earns how much, what it buys, which standing brings which benefit."""

import json
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, TypeVar

from xintui.trust.points.contracts import Effect, Perk, Rung


@dataclass(frozen=True, slots=True)
class Rule:
    """One way to earn. Which of the numbers it has depends on what it is."""

    code: str
    title: str
    says: str
    of: str = "promoter"
    """Who earns by it; empty: promoters and shops."""
    points: int = 0
    per_fen: int = 0
    cap: int = 0
    min_orders: int = 0
    min_score: int = 0
    points_of: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Earning:
    """What a month earned is given on `settle_day` of the next, of what has not come back by then."""

    version: str
    valid_from: date
    source: str
    valid_months: int
    settle_day: int
    rules: dict[str, Rule]


@dataclass(frozen=True, slots=True)
class Offer:
    code: str
    title: str
    says: str
    where: str
    points: int
    effect: Effect
    amount: int
    valid_days: int
    per_month: int
    of: str = ""
    """Who may have it; empty: promoters and shops."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    version: str
    valid_from: date
    source: str
    tools: dict[str, Offer]


@dataclass(frozen=True, slots=True)
class Ladder:
    """A benefit's rungs, lowest first. `unit` says a value in words: `{percent}` for basis points, else `{value}`."""

    code: Perk
    title: str
    says: str
    unit: str
    none: str
    open: bool
    rungs: tuple[Rung, ...]

    def said(self, value: int) -> str:
        return self.unit.format(value=value, percent=value // 100)


@dataclass(frozen=True, slots=True)
class Benefits:
    version: str
    valid_from: date
    source: str
    levels: tuple[str, ...]
    ladders: dict[Perk, Ladder]
    shop: dict[Perk, Ladder]
    """A shop's, by its shop score alone: it has no level."""


V = TypeVar("V", Earning, Catalogue, Benefits)


def _rows(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((files(__package__) / "data" / f"{name}.json").read_text("utf-8"))
    return sorted(found, key=lambda row: row["from"], reverse=True)


def _on(versions: tuple[V, ...], day: date) -> V:
    """The version in force on a day; before the first, the first."""
    return next((one for one in versions if one.valid_from <= day), versions[-1])


def earning(on: date) -> Earning:
    """What earns points on a day."""
    return _on(_earnings(), on)


def catalogue(on: date) -> Catalogue:
    """What points buy on a day."""
    return _on(_catalogues(), on)


def benefits(on: date) -> Benefits:
    """Which standing brings which benefit on a day."""
    return _on(_benefits(), on)


@cache
def titles() -> dict[str, str]:
    """What each rule is called, of any version."""
    return {code: rule.title for one in reversed(_earnings()) for code, rule in one.rules.items()}


@cache
def _earnings() -> tuple[Earning, ...]:
    return tuple(
        Earning(
            row["version"], date.fromisoformat(row["from"]), row["source"], row["valid_months"], row["settle_day"],
            {one["code"]: Rule(**one) for one in row["rules"]},
        )
        for row in _rows("earning")
    )  # fmt: skip


@cache
def _catalogues() -> tuple[Catalogue, ...]:
    return tuple(
        Catalogue(
            row["version"], date.fromisoformat(row["from"]), row["source"],
            {one["code"]: Offer(**one | {"effect": Effect(one["effect"])}) for one in row["tools"]},
        )
        for row in _rows("catalogue")
    )  # fmt: skip


@cache
def _benefits() -> tuple[Benefits, ...]:
    return tuple(
        Benefits(
            row["version"], date.fromisoformat(row["from"]), row["source"], tuple(row["levels"]),
            {Perk(one["code"]): _ladder(one) for one in row["benefits"]},
            {Perk(one["code"]): _ladder(one) for one in row["shop"]},
        )
        for row in _rows("benefits")
    )  # fmt: skip


def _ladder(row: dict[str, Any]) -> Ladder:
    bare = Ladder(Perk(row["code"]), row["title"], row["says"], row["unit"], row["none"], row["open"], ())
    rungs = tuple(
        Rung(one["score"], one.get("level", ""), one["value"], bare.said(one["value"])) for one in row["rungs"]
    )
    return Ladder(bare.code, bare.title, bare.says, bare.unit, bare.none, bare.open, rungs)
