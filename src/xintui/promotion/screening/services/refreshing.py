"""Rows of the search table from the facts: one promoter at once, those whose facts changed, everybody once a day."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db import transaction

from xintui.infra import sql
from xintui.kernel.times import SHANGHAI, accounting_date
from xintui.promotion.screening import models, tables
from xintui.promotion.screening.queries import PROGRESS
from xintui.trust.points import facade as points
from xintui.trust.points.contracts import Perk

HOME: Final = "xintui.promotion.screening"
AT_ONCE: Final = 2000
INDICATORS: Final = {
    "returns": "return_bp", "complaints": "complaint_bp", "repeat": "repeat_bp", "response": "prompt_bp",
    "activity": "weeks",
}  # fmt: skip
"""Which of credit's indicators makes which field; the window is the field's."""
SOLD: Final = "net_fen"
"""Sales, orders and category share its window."""


@transaction.atomic
def refresh(promoter_ids: Collection[str], *, now: datetime) -> int:
    """Bring these promoters' rows to what the facts say now; how many differed. A fixed number of statements.

    The batch's number is taken first: whoever hides something waits for us or we for him, and the later reads what
    the earlier wrote.
    """
    ids = sorted(set(promoter_ids))
    if not ids:
        return 0
    found = sql.one(HOME, "tick", {"now": now})
    assert found is not None, "the migration wrote the one row"
    sql.run(HOME, "add", {"promoters": ids})
    return sql.run(HOME, "refresh", _asked(ids, accounting_date(now)) | {"version": found["version"]})


def _asked(ids: list[str], today: date) -> dict[str, Any]:
    book = tables.book(today)
    sinces = {name: _since(book.fields[key].window_days, today) for name, key in INDICATORS.items()}
    sold = _since(book.fields[SOLD].window_days, today)
    return {
        "promoters": ids, "today": today, "hidden": sorted(book.hidden), "indicators": list(sinces),
        "sinces": list(sinces.values()), "earliest": min(sinces.values()),
        "sold_since": datetime(sold.year, sold.month, sold.day, tzinfo=SHANGHAI), **_rungs(today),
    }  # fmt: skip


def _rungs(today: date) -> dict[str, Any]:
    """Which credit and level stand before others of the same value, as the benefits' table says."""
    table = points.benefit_table(today)
    ladder = table.ladders[Perk.FEATURED_LISTING]
    rungs = ladder.rungs if ladder.open else ()
    return {
        "levels": list(table.levels), "rung_scores": [one.score for one in rungs],
        "rung_ranks": [table.levels.index(one.level) + 1 for one in rungs],
    }  # fmt: skip


def _since(days: int, today: date) -> date:
    """The first day of a window that ends today."""
    return today - timedelta(days=days - 1)


def mark(promoter_ids: Collection[str]) -> None:
    """Something happened to these; a sweep looks at them again."""
    if wanted := sorted({one for one in promoter_ids if one}):
        sql.run(HOME, "mark", {"promoters": wanted})


@transaction.atomic
def take(*, now: datetime) -> int:
    """Some of those that are marked; how many."""
    marked = [row["promoter_id"] for row in sql.rows(HOME, "take", {"limit": AT_ONCE})]
    refresh(marked, now=now)
    return len(marked)


def again() -> None:
    """Something changed for everybody at once: the next sweep counts all anew."""
    models.Progress.objects.filter(id=PROGRESS).update(counted_on=None)


@transaction.atomic
def sweep(*, now: datetime, afresh: bool = False) -> int:
    """The next promoters of the daily count by id, resumed where it stopped; 0 when all have been counted today."""
    today = accounting_date(now)
    row = models.Progress.objects.select_for_update().get(id=PROGRESS)
    if afresh or row.counted_on != today:
        row.counted_on, row.counted_to = today, "0"
    if not row.counted_to:
        return 0
    ids = [one["promoter_id"] for one in sql.rows(HOME, "next", {"after": row.counted_to, "limit": AT_ONCE})]
    refresh(ids, now=now)
    row.counted_to = ids[-1] if ids else ""
    row.save(update_fields=["counted_on", "counted_to"])
    return len(ids)
