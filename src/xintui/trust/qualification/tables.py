"""The dated catalogue of `data/`."""

import json
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from xintui.trust.qualification.contracts import Class, Kind, KindTerms, PromoterAsks, Terms


@cache
def _data() -> tuple[Terms, ...]:
    rows = json.loads((files(__package__) / "data" / "requirements.json").read_text("utf-8"))
    return tuple(sorted(map(_terms, rows), key=lambda one: one.valid_from, reverse=True))


def catalogue(on: date) -> Terms:
    """The version in force on a day; before the first, the first."""
    return next((one for one in _data() if one.valid_from <= on), _data()[-1])


def _terms(row: dict[str, Any]) -> Terms:
    return Terms(
        version=row["version"], valid_from=date.fromisoformat(row["from"]), source=row["source"],
        verified_on=date.fromisoformat(row["verified_on"]), remind_days=tuple(sorted(row["remind_days"], reverse=True)),
        check_months=row["check_months"], first_look_days=row["first_look_days"],
        kinds={Kind(one["kind"]): KindTerms(**(one | {"kind": Kind(one["kind"])})) for one in row["kinds"]},
        classes=tuple(map(_class, row["classes"])),
    )  # fmt: skip


def _class(row: dict[str, Any]) -> Class:
    asks = row["promoter"]
    promoter = PromoterAsks(tuple(map(Kind, asks["any_of"])), tuple(asks["channels"])) if asks else None
    plain = {name: row[name] for name in ("code", "title", "low_risk", "says", "source")}
    return Class(
        categories=tuple(row["categories"]), promoter=promoter, merchant=_groups(row["merchant"]),
        product=_groups(row["product"]), **plain,
    )  # fmt: skip


def _groups(rows: list[list[str]]) -> tuple[tuple[Kind, ...], ...]:
    return tuple(tuple(map(Kind, group)) for group in rows)
