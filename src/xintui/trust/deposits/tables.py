"""The dated terms of `data/`: who owes how much for what, in which parts, and what it allows."""

import json
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from xintui.trust.deposits.contracts import Band, HolderKind, RiskClass


@dataclass(frozen=True, slots=True)
class Rule:
    """A band and what has to be true for it; the first that fits counts. `always`: whatever a model says."""

    band: Band
    says: str
    bounds: tuple[tuple[str, str, int], ...]
    """(fact, "min" or "max", bound)."""
    always: bool = False


@dataclass(frozen=True, slots=True)
class Terms:
    """One version. `quota`: (paid share in basis points, goods or None for no limit), ascending."""

    version: str
    valid_from: date
    source: str
    titles: dict[RiskClass, str]
    says: dict[RiskClass, str]
    categories: dict[str, RiskClass]
    tiers_fen: dict[HolderKind, dict[RiskClass, dict[Band, int]]]
    bands: tuple[Rule, ...]
    instalments: tuple[tuple[int, int], ...]
    quota: tuple[tuple[int, int | None], ...]
    top_up_days: int
    remind_days: int
    gateway_refund_days: int
    debt_notice_days: int

    def class_of(self, category: str) -> RiskClass:
        """A category that is not named is 低风险."""
        return self.categories.get(category, RiskClass.LOW)


@cache
def _data() -> list[Terms]:
    rows = json.loads((files(__package__) / "data" / "terms.json").read_text("utf-8"))
    return [_terms(row) for row in sorted(rows, key=lambda row: row["from"], reverse=True)]


def terms(on: date) -> Terms:
    """The version in force on a day; before the first, the first."""
    return next((one for one in _data() if one.valid_from <= on), _data()[-1])


def version(name: str) -> Terms:
    """The version that a deposit was agreed under."""
    return next(one for one in _data() if one.version == name)


def _terms(row: dict[str, Any]) -> Terms:
    tiers = {
        HolderKind(kind): {
            RiskClass(name): {Band(band): fen for band, fen in bands.items()} for name, bands in classes.items()
        }
        for kind, classes in row["tiers_fen"].items()
    }
    return Terms(
        version=row["version"],
        valid_from=date.fromisoformat(row["from"]),
        source=row["source"],
        titles={RiskClass(name): one["title"] for name, one in row["classes"].items()},
        says={RiskClass(name): one["says"] for name, one in row["classes"].items()},
        categories={code: RiskClass(name) for code, name in row["categories"].items()},
        tiers_fen=tiers,
        bands=tuple(_rule(one) for one in row["bands"]),
        instalments=tuple((one["share_bp"], one["after_days"]) for one in row["instalments"]),
        quota=tuple((one["paid_bp"], one["goods"]) for one in row["quota"]),
        top_up_days=row["top_up_days"],
        remind_days=row["remind_days"],
        gateway_refund_days=row["gateway_refund_days"],
        debt_notice_days=row["debt_notice_days"],
    )


def _rule(row: dict[str, Any]) -> Rule:
    bounds = [(*key.rsplit("_", 1), value) for key, value in row.items() if key.endswith(("_min", "_max"))]
    return Rule(Band(row["band"]), row["says"], tuple(bounds), row.get("always", False))
