"""Sweeps: what needs no event, what is old, what is to be counted."""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from xintui.commerce.orders import facade as orders
from xintui.engagement.notifications import rules, tables
from xintui.engagement.notifications.contracts import Notice
from xintui.engagement.notifications.models import Watch
from xintui.engagement.notifications.services.courier import HOME, send_due
from xintui.engagement.notifications.services.telling import tell
from xintui.infra import sql
from xintui.kernel.times import SHANGHAI, accounting_date, day_start
from xintui.promotion.commission import facade as commission
from xintui.promotion.promoters import facade as promoters

PAGE: Final = 5000
BACK: Final = timedelta(days=7)
"""What was released longer ago than this when the first sweep runs is no news."""


@transaction.atomic
def remind_receipts(*, now: datetime) -> int:
    """Tell buyers a day ahead that a parcel will count as received; how many were told."""
    watch, _ = Watch.objects.select_for_update().get_or_create(id="receipts")
    until = now + tables.policy(accounting_date(now)).remind
    since = max(watch.until or now, now)
    if until <= since:
        return 0
    notices = [
        Notice(
            order.buyer_id,
            "order_soon",
            order.id,
            {
                "order_id": order.id,
                "goods": rules.goods([line.title for line in order.lines]),
                "at": f"{order.auto_receive_at.astimezone(SHANGHAI):%m-%d %H:%M}" if order.auto_receive_at else "",
            },
        )
        for order in orders.soon_received(since, until)
    ]
    Watch.objects.filter(id=watch.id).update(until=until)
    return tell(notices, now=now)


def tell_released(*, now: datetime, pages: int = 20) -> int:
    """Tell promoters what the release runs made due to them, a page in a transaction; how many were told."""
    told = 0
    for _ in range(pages):
        step = _tell_page(now)
        if step is None:
            break
        told += step
    return told


@transaction.atomic
def _tell_page(now: datetime) -> int | None:
    watch, _ = Watch.objects.select_for_update().get_or_create(id="releases")
    sweep = next(iter(commission.sweeps_since(watch.epoch, limit=1)), None)
    if sweep is None:
        return None
    found = commission.released_by(sweep, after=watch.after, limit=PAGE) if sweep.until > now - BACK else ()
    people = promoters.get([one.promoter_id for one in found])
    notices = [
        Notice(
            people[one.promoter_id].user_id,
            "commission_released",
            str(sweep.epoch),
            {"amount": rules.yuan(one.fen), "lines": str(one.lines)},
        )
        for one in found
        if one.promoter_id in people
    ]
    made = tell(notices, now=now)
    after = found[-1].promoter_id if len(found) == PAGE else ""
    Watch.objects.filter(id=watch.id).update(epoch=watch.epoch if after else sweep.epoch, after=after)
    return made


@transaction.atomic
def end_old(*, now: datetime) -> dict[str, int]:
    """Sendings nobody came back from are unknown; those that are no news any more are not sent."""
    return sql.one(HOME, "end_old", {"now": now}) or {}


@transaction.atomic
def count(*, now: datetime) -> int:
    """Shown, opened and sent of the last days, by day and template."""
    today = accounting_date(now)
    since = day_start(today - timedelta(days=tables.policy(today).tally_days))
    return sql.run(HOME, "count", {"since": since})


@transaction.atomic
def purge(*, now: datetime, limit: int = 5000) -> int:
    """Messages past their keeping are gone; how many."""
    before = now - tables.policy(accounting_date(now)).keep
    found = sql.one(HOME, "purge", {"before": before, "limit": limit})
    return int(found["gone"]) if found else 0


__all__ = ["count", "end_old", "purge", "remind_receipts", "send_due", "tell_released"]
