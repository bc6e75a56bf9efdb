"""A tool is redeemed, used, given back, or its time ends."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F

from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import SYSTEM, Principal
from xintui.foundation.ledger.contracts import Move
from xintui.kernel.ids import new_id
from xintui.kernel.times import accounting_date
from xintui.trust.points import models, queries, rules, tables
from xintui.trust.points.contracts import (
    Effect,
    MonthUsed,
    PointsChanged,
    UnknownTool,
    Voucher,
    VoucherNotFit,
    VoucherNotFound,
    VoucherState,
    VoucherVerb,
)
from xintui.trust.points.services import books
from xintui.trust.points.tables import Offer

PREFIX = "ptv"


@transaction.atomic
def redeem(member_id: str, tool: str, *, points: int, by: Principal, now: datetime) -> Voucher:
    """Points for a tool. `points` is the price that was shown.

    Raises `UnknownTool`, `PointsChanged`, `MonthUsed`, `TooFewPoints`.
    """
    table = tables.catalogue(accounting_date(now))
    offer = table.tools.get(tool)
    if offer is None:
        raise UnknownTool(tool)
    if offer.points != points:
        raise PointsChanged(offer.points)
    books.locked([member_id])
    _count(member_id, offer, now)
    row = models.Voucher(
        id=new_id(PREFIX), member_id=member_id, tool=tool, title=offer.title, effect=offer.effect, amount=offer.amount,
        points=offer.points, state=VoucherState.HELD, at=now, valid_until=now + timedelta(days=offer.valid_days),
        used_for="", version=table.version,
    )  # fmt: skip
    move = Move(books.free(member_id), books.SPENT, offer.points)
    books.use(member_id, offer.points, f"points.redeemed/{row.id}", (move,), accounting_date(now))
    row.save(force_insert=True)
    identity.audit(by, "points.redeem", ("voucher", row.id), {}, {"tool": tool, "points": offer.points})
    return queries.voucher(row)


def _count(member_id: str, offer: Offer, now: datetime) -> None:
    """One more this month; the row of the month refuses one too many."""
    month = accounting_date(now).replace(day=1)
    key = {"member_id": member_id, "tool": offer.code, "month": month}
    models.Month.objects.bulk_create([models.Month(**key, times=0, most=offer.per_month)], ignore_conflicts=True)
    try:
        with transaction.atomic():
            models.Month.objects.filter(**key).update(times=F("times") + 1, most=offer.per_month)
    except IntegrityError as refused:
        raise MonthUsed(offer.title, offer.per_month) from refused


@transaction.atomic
def use(voucher_id: str, member_id: str, effect: Effect, used_for: str, *, by: Principal, now: datetime) -> Voucher:
    """Use it up for something; who calls carries the effect out in the same transaction.

    Raises `VoucherNotFound` (also another's), `VoucherNotFit`, `NoSuchMove`.
    """
    row = _own(voucher_id, member_id)
    if row.effect != effect or now >= row.valid_until:
        raise VoucherNotFit(row.title)
    _end(row, VoucherVerb.USE, now, used_for=used_for)
    told = {"state": row.state, "used_for": used_for}
    identity.audit(by, "points.use", ("voucher", row.id), {"state": VoucherState.HELD}, told)
    return queries.voucher(row)


@transaction.atomic
def give_back(voucher_id: str, member_id: str, *, by: Principal, now: datetime) -> Voucher:
    """Undo it while it is not used: the points come back. Raises `VoucherNotFound`, `VoucherNotFit`, `NoSuchMove`."""
    row = _own(voucher_id, member_id)
    rules.FLOW.after(VoucherState(row.state), VoucherVerb.GIVE_BACK)
    if now >= row.valid_until:
        raise VoucherNotFit(row.title)
    books.locked([member_id])
    _end(row, VoucherVerb.GIVE_BACK, now)
    month = accounting_date(row.at).replace(day=1)
    models.Month.objects.filter(member_id=member_id, tool=row.tool, month=month).update(times=F("times") - 1)
    move = Move(books.SPENT, books.free(member_id), row.points)
    books.give_back(member_id, row.points, f"points.returned/{row.id}", (move,), accounting_date(now))
    identity.audit(by, "points.give_back", ("voucher", row.id), {"state": VoucherState.HELD}, {"state": row.state})
    return queries.voucher(row)


@transaction.atomic
def end_due(*, now: datetime) -> int:
    """The sweep: vouchers whose time is over; how many."""
    held = models.Voucher.objects.select_for_update(skip_locked=True)
    rows = list(held.filter(state=VoucherState.HELD, valid_until__lte=now).order_by("id")[:500])
    for row in rows:
        _end(row, VoucherVerb.EXPIRE, now)
        states = ({"state": VoucherState.HELD}, {"state": row.state})
        identity.audit(SYSTEM, "points.voucher_expired", ("voucher", row.id), *states)
    return len(rows)


def _own(voucher_id: str, member_id: str) -> models.Voucher:
    row = models.Voucher.objects.select_for_update().filter(id=voucher_id, member_id=member_id).first()
    if row is None:
        raise VoucherNotFound(voucher_id)
    return row


def _end(row: models.Voucher, verb: VoucherVerb, now: datetime, *, used_for: str = "") -> None:
    row.state, row.ended_at, row.used_for = rules.FLOW.after(VoucherState(row.state), verb), now, used_for
    row.save()
