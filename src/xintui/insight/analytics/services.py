"""Verbs: note that a day has changed, count what changed, count everything again."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final

from django.db import transaction

from xintui.commerce.orders.contracts import LineRefunded, OrderPaid, OrderReceived
from xintui.infra import locks, sql
from xintui.insight.analytics.contracts import Part, Refreshed
from xintui.insight.analytics.models import Daily, Progress
from xintui.kernel.times import accounting_date, day_start

BATCH: Final = 200
"""Shop days counted in one transaction."""
OVERLAP: Final = timedelta(hours=1)
"""How long before the last turn a click or an order may have begun to be written."""


def _mark(happened: Sequence[tuple[str, str, datetime]]) -> None:
    sql.run(
        __package__,
        "mark",
        {
            "orders": [order for order, _, _ in happened],
            "merchants": [merchant for _, merchant, _ in happened],
            "days": [accounting_date(at) for _, _, at in happened],
        },
    )


@transaction.atomic
def on_paid(events: Sequence[OrderPaid]) -> None:
    """Subscribed to `OrderPaid`. Marking a day twice is marking it once."""
    _mark([(one.order_id, one.merchant_id, one.paid_at) for one in events])


@transaction.atomic
def on_received(events: Sequence[OrderReceived]) -> None:
    """Subscribed to `OrderReceived`."""
    _mark([(one.order_id, one.merchant_id, one.received_at) for one in events])


@transaction.atomic
def on_refunded(events: Sequence[LineRefunded]) -> None:
    """Subscribed to `LineRefunded`."""
    _mark([(one.order_id, one.merchant_id, one.refunded_at) for one in events])


def refresh(*, now: datetime) -> Refreshed:
    """Count the days on which something has happened; the first time, all of them.

    Safe to be killed anywhere: a day is taken and counted in one transaction, and `through` moves last.
    """
    since = _since()
    return _count(since, now)


def rebuild(*, now: datetime) -> Refreshed:
    """Count everything again from the facts, day by day in place: whoever looks meanwhile sees whole days."""
    return _count(None, now)


def _since() -> datetime | None:
    done = Progress.objects.filter(id=1).values_list("through", flat=True).first()
    return done - OVERLAP if done else None


def _count(since: datetime | None, now: datetime) -> Refreshed:
    with transaction.atomic():
        if since is None:
            sql.run(__package__, "mark_all")
        else:
            sql.run(__package__, "mark_placed", {"since": since})
    clicks = _clicks(accounting_date(since) if since else None)
    days = 0
    while batch := _batch():
        days += batch
    Progress.objects.update_or_create(id=1, defaults={"through": now})
    return Refreshed(days, clicks)


@transaction.atomic
def _clicks(first: date | None) -> int:
    """Clicks never change: only the newest days are counted again."""
    locks.exclusive("analytics.clicks")
    old = Daily.objects.filter(part=Part.CLICK)
    (old.filter(day__gte=first) if first else old).delete()
    return sql.run(__package__, "clicks", {"since": day_start(first) if first else "-infinity"})


@transaction.atomic
def _batch() -> int:
    """Count some marked shop days; how many."""
    taken = sql.rows(__package__, "take", {"most": BATCH})
    if taken:
        pairs = {"merchants": [row["merchant_id"] for row in taken], "days": [row["day"] for row in taken]}
        sql.run(__package__, "forget", pairs)
        sql.run(__package__, "count", pairs)
    return len(taken)
