"""The dated tables of `data/`: purposes, cooling-off, what the law keeps."""

import json
from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from xintui.trust.privacy.contracts import Ground, Purpose, Retention, UnknownPurpose


@cache
def _data(name: str) -> Any:
    return json.loads((files(__package__) / "data" / f"{name}.json").read_text("utf-8"))


@cache
def _purposes() -> tuple[Purpose, ...]:
    return tuple(
        Purpose(
            row["code"],
            row["version"],
            row["name"],
            row["says"],
            tuple(row["data"]),
            row["given_to"],
            Ground(row["ground"]),
            row["law"],
            row["retention"],
            row["effect"],
            date.fromisoformat(row["from"]),
        )
        for row in _data("purposes")
    )


def purposes(on: date) -> Mapping[str, Purpose]:
    """Those in force on a day, by code; before the first version the first one."""
    found: dict[str, Purpose] = {}
    for one in sorted(_purposes(), key=lambda row: row.valid_from):
        if one.valid_from <= on or one.code not in found:
            found[one.code] = one
    return {row["code"]: found[row["code"]] for row in _data("purposes")}


def purpose(code: str, on: date) -> Purpose:
    """Raises `UnknownPurpose`."""
    found = purposes(on).get(code)
    if found is None:
        raise UnknownPurpose(code)
    return found


def days(name: str) -> int:
    """`cooling_days`, `export_days`."""
    return int(_data("policy")[name]["value"])


def retention() -> tuple[Retention, ...]:
    """What the law keeps, and for how long."""
    return tuple(Retention(r["code"], r["what"], r["years"], r["basis"]) for r in _data("policy")["retention"])
