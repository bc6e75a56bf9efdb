"""Days of goods (or sellers) as the model is trained and judged on them: what happened on each, and what came after."""

import csv
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from xintui.commerce.quality.model import COUNTS, SPANS

OLIST: Final = Path("/work/shared/data/olist/raw")
AHEAD: Final = 3
"""Days: 72 hours."""
WINDOW: Final = 30
LIMIT: Final = 0.05


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that happened to an entity on a day."""

    entity: str
    day: date
    what: str


@dataclass
class Days:
    """Counts by (entity, day, kind of thing); `first` is the day in column 0."""

    entities: list[str]
    first: date
    counts: NDArray[np.int64]

    @property
    def last(self) -> date:
        return self.first + timedelta(days=self.counts.shape[1] - 1)


@dataclass(frozen=True, slots=True)
class Moment:
    """An entity at the end of a day, as it was known then, and whether it turned bad in the 72 hours after."""

    entity: str
    day: date
    sums: dict[str, int]
    turns: bool


def days_of(facts: Iterable[Fact], first: date, last: date) -> Days:
    """Count; facts outside the stretch are left out."""
    kept = [one for one in facts if first <= one.day <= last]
    entities = sorted({one.entity for one in kept})
    rows, kinds = {name: n for n, name in enumerate(entities)}, {name: n for n, name in enumerate(COUNTS)}
    counts = np.zeros((len(entities), (last - first).days + 1, len(COUNTS)), dtype=np.int64)
    for one in kept:
        counts[rows[one.entity], (one.day - first).days, kinds[one.what]] += 1
    return Days(entities, first, counts)


def moments(days: Days, since: date, until: date) -> Iterator[Moment]:
    """Every day of every entity that sold something in the last thirty days and whose bad rate is within the limit.

    It turns bad when on one of the next three days its bad rate over the thirty days that end there is over the limit.
    """
    whole = np.concatenate([np.zeros_like(days.counts[:, :1]), days.counts.cumsum(axis=1)], axis=1)
    kind = {name: n for n, name in enumerate(COUNTS)}

    def over(column: int) -> NDArray[np.bool_]:
        back = max(0, column + 1 - WINDOW)
        seen = whole[:, column + 1] - whole[:, back]
        return seen[:, kind["bad"]] > LIMIT * seen[:, kind["reviews"]]

    for n in range((until - since).days + 1):
        day = since + timedelta(days=n)
        column = (day - days.first).days
        if column < 0 or column + AHEAD >= days.counts.shape[1]:
            continue
        sold = whole[:, column + 1, kind["sold"]] - whole[:, max(0, column + 1 - WINDOW), kind["sold"]]
        after = over(column + 1) | over(column + 2) | over(column + 3)
        spans = {span: whole[:, column + 1] - whole[:, max(0, column + 1 - span)] for span in SPANS}
        for row in np.flatnonzero((sold > 0) & ~over(column)):
            sums = {f"{name}_{span}": int(spans[span][row, kind[name]]) for name in COUNTS for span in SPANS}
            yield Moment(days.entities[row], day, sums, bool(after[row]))


def olist(by: str, folder: Path = OLIST) -> list[Fact]:
    """Olist's facts by `seller_id` or `product_id`. A review counts on the day it was answered; an order is overdue on
    the day after its estimated delivery if it is not there by then. No status is used: it has no time of its own."""
    orders = {one["order_id"]: one for one in _rows(folder, "orders")}
    owners: dict[str, set[str]] = {}
    for item in _rows(folder, "order_items"):
        owners.setdefault(item["order_id"], set()).add(item[by])
    facts = []
    for key, names in owners.items():
        order = orders[key]
        due = _day(order["order_estimated_delivery_date"]) + timedelta(days=1)
        there = order["order_delivered_customer_date"]
        for name in names:
            facts.append(Fact(name, _day(order["order_purchase_timestamp"]), "sold"))
            if there:
                facts.append(Fact(name, _day(there), "received"))
            if there and _day(there) >= due:
                facts.append(Fact(name, _day(there), "late"))
            if not there or _day(there) >= due:
                facts.append(Fact(name, due, "overdue"))
    for review in _rows(folder, "order_reviews"):
        day = _day(review["review_answer_timestamp"])
        for name in owners.get(review["order_id"], ()):
            facts.append(Fact(name, day, "reviews"))
            if int(review["review_score"]) <= 2:
                facts.append(Fact(name, day, "bad"))
    return facts


def digest(folder: Path = OLIST) -> str:
    """Of the three files that are read."""
    whole = hashlib.sha256()
    for name in ("orders", "order_items", "order_reviews"):
        whole.update((folder / f"olist_{name}_dataset.csv").read_bytes())
    return whole.hexdigest()


def _rows(folder: Path, name: str) -> Iterator[dict[str, str]]:
    with open(folder / f"olist_{name}_dataset.csv", encoding="utf-8") as file:
        yield from csv.DictReader(file)


def _day(text: str) -> date:
    return datetime.fromisoformat(text).date()


def demo_days() -> Days | None:
    """Goods of the database in this home, as production has counted them; None where there is none."""
    from xintui.infra.home import home

    if not (home() / "postgres").exists():
        return None
    from django.db import connection, transaction

    from xintui.entrypoints.terminal import ready
    from xintui.infra import tenancy

    with ready(), tenancy.as_platform(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SELECT product_id, day, {', '.join(COUNTS)} FROM quality_daily")
        rows = cursor.fetchall()
    if not rows:
        return None
    entities, first = sorted({row[0] for row in rows}), min(row[1] for row in rows)
    counts = np.zeros((len(entities), (max(row[1] for row in rows) - first).days + 1, len(COUNTS)), dtype=np.int64)
    place = {name: n for n, name in enumerate(entities)}
    for name, day, *values in rows:
        counts[place[name], (day - first).days] = values
    return Days(entities, first, counts)
