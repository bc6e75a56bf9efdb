"""The dated catalogue of `data/`."""

import json
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from xintui.trust.violations.contracts import Class, Penalty, ShareReason, Step, SubjectKind


@dataclass(frozen=True, slots=True)
class Catalogue:
    version: str
    valid_from: date
    source: str
    window_days: int
    classes: dict[str, Class]


@dataclass(frozen=True, slots=True)
class Detectors:
    """From where on a machine writes something down for a person to look at."""

    version: str
    valid_from: date
    own_code: str
    own_window_days: int
    own_least: int
    own_share_bp: int
    ring_code: str


@cache
def _detectors() -> tuple[Detectors, ...]:
    rows = json.loads((files(__package__) / "data" / "detectors.json").read_text("utf-8"))
    return tuple(sorted(map(_detector, rows), key=lambda one: one.valid_from, reverse=True))


def detectors(on: date) -> Detectors:
    """The version in force on a day; before the first, the first."""
    return next((one for one in _detectors() if one.valid_from <= on), _detectors()[-1])


def _detector(row: dict[str, Any]) -> Detectors:
    own = row["own_purchases"]
    return Detectors(
        row["version"], date.fromisoformat(row["from"]), own["code"], own["window_days"], own["least_own"],
        own["share_bp"], row["ring"]["code"],
    )  # fmt: skip


@cache
def _data() -> tuple[Catalogue, ...]:
    rows = json.loads((files(__package__) / "data" / "catalogue.json").read_text("utf-8"))
    return tuple(sorted(map(_catalogue, rows), key=lambda one: one.valid_from, reverse=True))


def catalogue(on: date) -> Catalogue:
    """The version in force on a day; before the first, the first."""
    return next((one for one in _data() if one.valid_from <= on), _data()[-1])


def _catalogue(row: dict[str, Any]) -> Catalogue:
    found = {one["code"]: _class(one) for one in row["classes"]}
    return Catalogue(row["version"], date.fromisoformat(row["from"]), row["source"], row["window_days"], found)


def _class(row: dict[str, Any]) -> Class:
    steps = tuple(Step(Penalty(one["penalty"]), one.get("days", 0)) for one in row["steps"])
    plain = {name: row[name] for name in ("code", "title", "counts", "evidence", "source", "detector", "indicator")}
    return Class(of=tuple(map(SubjectKind, row["of"])), points=row["points"], steps=steps, **plain)


@dataclass(frozen=True, slots=True)
class Sharing:
    """What may be said of a share, and from how many people on it is written down for a person to verify."""

    version: str
    valid_from: date
    source: str
    window_days: int
    least: int
    bought_days: int
    kept_days: int
    shown_from: int
    per_day: int
    reasons: dict[str, ShareReason]


@cache
def _sharing() -> tuple[Sharing, ...]:
    rows = json.loads((files(__package__) / "data" / "share_reports.json").read_text("utf-8"))
    return tuple(sorted(map(_shared, rows), key=lambda one: one.valid_from, reverse=True))


def sharing(on: date) -> Sharing:
    """The version in force on a day; before the first, the first."""
    return next((one for one in _sharing() if one.valid_from <= on), _sharing()[-1])


def _shared(row: dict[str, Any]) -> Sharing:
    reasons = {one["code"]: ShareReason(one["code"], one["title"], one["class"]) for one in row["reasons"]}
    names = ("version", "source", "window_days", "least", "bought_days", "kept_days", "shown_from", "per_day")
    return Sharing(valid_from=date.fromisoformat(row["from"]), reasons=reasons, **{name: row[name] for name in names})
