"""脱敏客户 (P-15): who bought through a promoter, as far as she may know. Minimal by shape (个人信息保护法第六条):
a hint of name and phone, counts and sums; never an address, a whole number, an openid or the account's own id.
"""

import csv
import io
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from xintui.commerce.orders import facade as orders
from xintui.foundation.identity import facade as identity
from xintui.infra import paging, sql
from xintui.infra.paging import Page
from xintui.kernel.cells import harmless
from xintui.kernel.money import yuan
from xintui.kernel.times import SHANGHAI
from xintui.promotion.commission import queries
from xintui.promotion.commission.contracts import SHOP, NoSuchCustomer
from xintui.promotion.commission.contracts.customers import (
    Customer,
    CustomerFile,
    CustomerSort,
    CustomersSummary,
    Purchase,
    Recency,
)
from xintui.promotion.commission.models import CommissionLine

LATELY: Final = timedelta(days=30)
SPANS: Final = {Recency.WEEK: timedelta(days=7), Recency.MONTH: LATELY, Recency.SEASON: timedelta(days=90)}
EVER: Final = (datetime(1970, 1, 1, tzinfo=UTC), datetime(3000, 1, 1, tzinfo=UTC))
MOST_ROWS: Final = 10_000


def customers(
    promoter_id: str,
    *,
    now: datetime,
    text: str = "",
    recency: Recency = Recency.ALL,
    sort: CustomerSort = CustomerSort.LAST,
    after: str = "",
    limit: int = 20,
) -> Page[Customer]:
    """A page of them. `text` finds what a hint shows: four last digits, or how the name begins."""
    found = _buyers(promoter_id, text) if text else None
    start = paging.decode(after, (int, str)) or (0, "")
    rows = _rows(promoter_id, _span(recency, now), sort, buyers=found, start=(start[0], start[1]), limit=limit + 1)
    shown = rows[:limit]
    last = paging.encode([shown[-1]["rank"], shown[-1]["id"]]) if len(rows) > limit else None
    return Page(_named(shown), last)


def customers_summary(promoter_id: str, *, now: datetime) -> CustomersSummary:
    """The three figures above the list; one statement."""
    row = sql.one(__package__, "customers_summary", {"promoter_id": promoter_id, "since": now - LATELY})
    assert row is not None
    return CustomersSummary(**row)


def customer(promoter_id: str, order_id: str, *, now: datetime, after: str = "", limit: int = 20) -> CustomerFile:
    """The customer of an order that this promoter brought, and what else was bought. Raises `NoSuchCustomer`."""
    mine = CommissionLine.objects.filter(books=SHOP, promoter_id=promoter_id)
    line = mine.filter(order_id=order_id).exclude(buyer_id=promoter_id).first()
    if line is None:
        raise NoSuchCustomer
    (whole,) = _rows(promoter_id, EVER, CustomerSort.LAST, buyers=[line.buyer_id], limit=1)
    bought = paging.page(
        mine.filter(buyer_id=line.buyer_id), lambda row: queries.as_earning(row, now),
        keys=("paid_at", "order_id", "line_id"), kinds=(datetime, str, str), after=after, limit=limit,
    )  # fmt: skip
    told = orders.some({one.order_id for one in bought.items})
    titles = {line.id: f"{line.title} {line.spec}".strip() for order in told.values() for line in order.lines}
    purchases = tuple(
        Purchase(
            order_id=one.order_id,
            line_id=one.line_id,
            title=titles.get(one.line_id, ""),
            order_state=told[one.order_id].state.value if one.order_id in told else "",
            paid_at=one.paid_at,
            paid_fen=one.paid_fen,
            refunded_fen=one.refunded_fen,
            commission_fen=one.commission_fen,
            state=one.state,
        )
        for one in bought.items
    )
    return CustomerFile(_named([whole])[0], purchases, bought.next)


def customers_csv(promoter_id: str) -> str:
    """The list as a file for spreadsheets: hints only, at most 10,000 rows. No cell begins like a formula."""
    rows = _named(_rows(promoter_id, EVER, CustomerSort.LAST, limit=MOST_ROWS))
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.writer(out)
    writer.writerow(["客户", "手机号（脱敏）", "订单数", "成交净额（元）", "我的佣金（元）", "首次购买", "最近购买"])
    for one in rows:
        first, last = (at.astimezone(SHANGHAI).strftime("%Y-%m-%d") for at in (one.first_at, one.last_at))
        writer.writerow(
            [harmless(one.name), one.phone, one.orders, yuan(one.net_fen), yuan(one.commission_fen), first, last]
        )
    return out.getvalue()


def _span(recency: Recency, now: datetime) -> tuple[datetime, datetime]:
    """Between which times the last purchase lies."""
    if recency is Recency.DORMANT:
        return EVER[0], now - SPANS[Recency.SEASON]
    return (now - SPANS[recency] if recency in SPANS else EVER[0]), EVER[1]


def _buyers(promoter_id: str, text: str) -> list[str]:
    """Those of her buyers of whom a hint shows this text."""
    mine = CommissionLine.objects.filter(books=SHOP, promoter_id=promoter_id).exclude(buyer_id=promoter_id)
    return sorted(identity.hinted(mine.values_list("buyer_id", flat=True).distinct(), text.strip()))


def _rows(
    promoter_id: str,
    span: tuple[datetime, datetime],
    sort: CustomerSort,
    *,
    buyers: list[str] | None = None,
    start: tuple[int, str] = (0, ""),
    limit: int,
) -> list[dict[str, Any]]:
    params = {
        "promoter_id": promoter_id, "narrowed": buyers is not None, "buyers": buyers or [], "sort": sort.value,
        "since": span[0], "until": span[1], "after_rank": start[0], "after_id": start[1], "limit": limit,
    }  # fmt: skip
    return sql.rows(__package__, "customers", params)


def _named(rows: Iterable[dict[str, Any]]) -> tuple[Customer, ...]:
    """The hints beside the figures; what identifies the account is left behind."""
    found = list(rows)
    hints = identity.hints({row["buyer_id"] for row in found})
    made = []
    for row in found:
        hint = hints.get(row["buyer_id"])
        facts = {key: value for key, value in row.items() if key not in {"buyer_id", "rank"}}
        made.append(Customer(name=hint.name if hint else "**", phone=hint.phone if hint else "", **facts))
    return tuple(made)
