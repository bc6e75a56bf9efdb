"""Reads: what was found, and a product's stock day by day."""

from datetime import date, timedelta

from xintui.infra import sql
from xintui.infra.paging import Page, page
from xintui.insight.patterns.contracts import (
    Found,
    NotCounted,
    Outcome,
    Pattern,
    Sign,
    Stock,
    StockDay,
    Subject,
    TurnoverNotFound,
)
from xintui.insight.patterns.models import Found as Row
from xintui.insight.patterns.models import Turnover
from xintui.kernel.times import day_start


def found(merchant_id: str, subject: Subject, outcome: Outcome) -> Found:
    """Of a shop, or (empty) of the platform. Raises `NotCounted`."""
    row = Row.objects.filter(merchant_id=merchant_id, subject=subject, outcome=outcome).first()
    if row is None:
        raise NotCounted
    body = row.body
    return Found(
        merchant_id=row.merchant_id, subject=subject, outcome=outcome, day=row.day, days=body["days"], top=body["top"],
        rest=body["rest"], border=body["border"], left_out=body["left_out"], version=row.version,
        patterns=tuple(Pattern(**(one | {"sign": Sign(one["sign"])})) for one in body["patterns"]),
    )  # fmt: skip


def turnovers(*, merchant_id: str = "", slow: bool | None = None, after: str = "", limit: int = 50) -> Page[Stock]:
    """How fast each product's stock turns over, of a shop or (empty) of all; the newest product first."""
    rows = Turnover.objects.filter(merchant_id=merchant_id) if merchant_id else Turnover.objects.all()
    if slow is not None:
        rows = rows.filter(slow=slow)
    return page(rows, _stock, keys=["id"], kinds=[str], after=after, limit=limit)


def _stock(row: Turnover) -> Stock:
    return Stock(
        product_id=row.id, merchant_id=row.merchant_id, on_hand=row.on_hand, sold=row.sold, days=row.days,
        average_milli=row.stock_sum * 1000 // row.days, turnover_centi=row.turnover_centi, days_left=row.days_left,
        slow=row.slow, counted_on=row.counted_on,
    )  # fmt: skip


def stock_days(product_id: str, *, merchant_id: str = "", until: date, back: int) -> list[StockDay]:
    """A product's stock and sales over the last days. Raises `TurnoverNotFound` (also for another shop's)."""
    rows = Turnover.objects.filter(id=product_id)
    if not (rows.filter(merchant_id=merchant_id) if merchant_id else rows).exists():
        raise TurnoverNotFound(product_id)
    first = until - timedelta(days=back - 1)
    asked = {"product": product_id, "first": first, "last": until, "since": day_start(first)}
    asked["until"] = day_start(until + timedelta(days=1))
    return [StockDay(row["day"], row["on_hand"], row["sold"]) for row in sql.rows(__package__, "days", asked)]
