"""Reads: cases, the lines and days of one, what it touches."""

from collections.abc import Collection
from dataclasses import asdict
from datetime import date, timedelta
from typing import Any

from django.db.models import Count

from xintui.commerce.concentration import rules
from xintui.commerce.concentration.contracts import (
    LIVE,
    About,
    Case,
    CaseNotFound,
    Day,
    Figure,
    State,
    Touched,
)
from xintui.commerce.concentration.models import Case as Row
from xintui.commerce.concentration.models import Line
from xintui.infra import sql
from xintui.infra.paging import Page, page
from xintui.kernel.times import accounting_date

BACK = timedelta(days=120)
"""No chart is longer."""


def one(case_id: str, *, merchant_id: str = "") -> Case:
    """With `merchant_id` only its own. Raises `CaseNotFound`."""
    rows = Row.objects.filter(id=case_id)
    row = (rows.filter(merchant_id=merchant_id) if merchant_id else rows).first()
    if row is None:
        raise CaseNotFound(case_id)
    return contract(row)


def cases(*, merchant_id: str = "", state: str = "", about: str = "", after: str = "", limit: int = 20) -> Page[Case]:
    """The newest first; of a shop only its own."""
    rows = Row.objects.all()
    for name, value in (("merchant_id", merchant_id), ("state", state), ("about", about)):
        if value:
            rows = rows.filter(**{name: value})
    return page(rows, contract, keys=["id"], kinds=[str], after=after, limit=limit)


def some(case_ids: Collection[str]) -> list[Case]:
    """These, in no order; one query."""
    return [contract(row) for row in Row.objects.filter(id__in=list(case_ids))]


def lines(case_id: str, *, asked: bool | None = None, after: str = "", limit: int = 20) -> Page[Touched]:
    """What a case is about, newest order first; `asked`: only what came to after-sales, or what did not."""
    rows = Line.objects.filter(case_id=case_id)
    if asked is not None:
        rows = rows.exclude(reason="") if asked else rows.filter(reason="")
    return page(rows, touched, keys=["order_id", "line_id"], kinds=[str, str], after=after, limit=limit)


def still(case_id: str) -> bool:
    """Whether a case is live; it stays as it is until the caller's transaction ends, so that nothing is held for a case
    that ends at the same moment."""
    return Row.objects.select_for_update().filter(id=case_id, state__in=LIVE).exists()


def promoted(case_id: str) -> list[tuple[str, str]]:
    """(order, line) of everything a case makes wait: promoted lines, but for promoters whom an appeal has freed."""
    row = Row.objects.get(id=case_id)
    found = Line.objects.filter(case_id=case_id).exclude(promoter_id="").exclude(promoter_id__in=row.spared)
    return list(found.order_by("order_id", "line_id").values_list("order_id", "line_id"))


def days(case_id: str) -> list[Day]:
    """Day by day from the case's first to its last."""
    row = Row.objects.get(id=case_id)
    last = accounting_date(row.ended_at) if row.ended_at else max(row.seen_on, accounting_date(row.found_at))
    asked = {"case_id": case_id, "first": max(row.since, last - BACK), "last": last}
    return [Day(**found) for found in sql.rows(__package__, "days", asked)]


def reasons(case_id: str) -> list[tuple[str, int]]:
    """Why people asked, the most frequent first."""
    found = Line.objects.filter(case_id=case_id).values("reason").annotate(n=Count("line_id"))
    return rules.spread_of({row["reason"]: row["n"] for row in found})


def contract(row: Row) -> Case:
    return Case(
        id=row.id, about=About(row.about), merchant_id=row.merchant_id, subject_id=row.subject_id, detail=row.detail,
        title=row.title, says=row.says, state=State(row.state), figures=tuple(Figure(**one) for one in row.figures),
        lines=row.lines, asked=row.asked, held_lines=row.held_lines, held_fen=row.held_fen, since=row.since,
        found_at=row.found_at, seen_on=row.seen_on, until=row.until, decided_by=row.decided_by,
        decided_at=row.decided_at, reason=row.reason, ended_at=row.ended_at, version=row.version,
    )  # fmt: skip


def touched(row: Line) -> Touched:
    return Touched(row.order_id, row.line_id, row.product_id, row.promoter_id, row.paid_at, row.reason)


def kept(figures: tuple[Figure, ...]) -> list[dict[str, Any]]:
    """Figures as they are written down."""
    return [asdict(one) for one in figures]


def first_day(today: date, days_: int) -> date:
    """The first of so many days that end today."""
    return today - timedelta(days=days_ - 1)
