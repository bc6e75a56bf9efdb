"""Points stand for part of what is owed, and are free again: when asked for, and before cash goes that they stand
beside. The ledger refuses a point more than there is cash (`offset.room`).
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Principal
from xintui.kernel.ids import new_id
from xintui.kernel.times import accounting_date
from xintui.trust.deposits import holdings, models, queries, rules
from xintui.trust.deposits.contracts import (
    Deposit,
    DepositNotFound,
    Holder,
    NothingToReturn,
    OffsetTooMuch,
    PartNotDue,
    PartState,
    State,
)
from xintui.trust.deposits.services import owing, rows
from xintui.trust.points import facade as points

PREFIX = "dpo"


def offset_most(part_id: str, holder: Holder, *, share_bp: int, now: datetime) -> int:
    """How many points may stand for part of a part that is owed; 0 where none may."""
    row = holdings.live(holder)
    part = models.Part.objects.filter(id=part_id, deposit_id=row.id if row else "", state=PartState.DUE).first()
    if row is None or part is None or row.state != State.OPEN:
        return 0
    return _most(row, part, share_bp, now)


def _most(row: models.Deposit, part: models.Part, share_bp: int, now: datetime) -> int:
    there = points.account(row.holder_id, today=accounting_date(now))
    room = points.room_left(row.holder_id) - holdings.away_fen(row)
    return rules.offset_most(part.amount_fen, row.target_fen, there.pledged, room, share_bp, there.free)


@transaction.atomic
def offset(part_id: str, holder: Holder, wanted: int, *, share_bp: int, by: Principal, now: datetime) -> Deposit:
    """Let `wanted` points stand for as many fen of a part that is owed. `share_bp` of the whole is what credit allows.

    Raises `PartNotDue`, `OffsetTooMuch`.
    """
    assert wanted > 0
    row = holdings.live(holder, lock=True)
    part = models.Part.objects.filter(id=part_id, deposit_id=row.id if row else "").first()
    if row is None or part is None or part.state != PartState.DUE or row.state != State.OPEN:
        raise PartNotDue(part.get_state_display() if part else "不存在")
    most = _most(row, part, share_bp, now)
    if wanted > most:
        raise OffsetTooMuch(most)
    made = models.Offset(id=new_id(PREFIX), deposit_id=row.id, part_id=part.id, points=wanted, released=0, at=now)
    made.save(force_insert=True)
    points.pledge(row.holder_id, made.id, wanted, now=now)
    owing.shrink(row, part, wanted, now=now)
    rows.settle(row, now=now)
    told = {"points": wanted, "part": part.id}
    identity.audit(by, "deposits.offset", ("deposit", row.id), {}, told)
    return queries.one(row.id, today=accounting_date(now))


@transaction.atomic
def take_back(holder: Holder, wanted: int, *, by: Principal, now: datetime) -> Deposit:
    """Points are free again, and cash is owed in their place. Raises `DepositNotFound`, `NothingToReturn`."""
    row = holdings.live(holder, lock=True)
    if row is None:
        raise DepositNotFound(holder.id)
    if row.state != State.OPEN or not (freed := release(row, wanted, now=now)):
        raise NothingToReturn(row.id)
    owing.top_up(row, freed, now=now)
    rows.settle(row, now=now)
    identity.audit(by, "deposits.offset_back", ("deposit", row.id), {}, {"points": freed})
    return queries.one(row.id, today=accounting_date(now))


def release(row: models.Deposit, wanted: int | None, *, now: datetime) -> int:
    """Give back at most `wanted` points (None: all), the last pledged first; how many. The row is locked."""
    freed = 0
    for one in models.Offset.objects.filter(deposit_id=row.id, released__lt=F("points")).order_by("-id"):
        left = one.points - one.released
        take = left if wanted is None else min(left, wanted - freed)
        if take <= 0:
            break
        points.release(row.holder_id, f"{one.id}/{one.released}", take, now=now)
        models.Offset.objects.filter(id=one.id).update(released=F("released") + take)
        freed += take
    return freed


def make_room(row: models.Deposit, fen: int, *, now: datetime) -> int:
    """Before `fen` of cash goes: as many points go back to their owner as would have no cash beside them."""
    short = fen - points.room_left(row.holder_id)
    return release(row, short, now=now) if short > 0 else 0


@transaction.atomic
def postpone(part_id: str, holder: Holder, days: int, *, by: Principal, now: datetime) -> Deposit:
    """A part falls due so many days later. Raises `PartNotDue`."""
    row = holdings.live(holder, lock=True)
    part = models.Part.objects.filter(id=part_id, deposit_id=row.id if row else "").first()
    if row is None or part is None or part.state != PartState.DUE:
        raise PartNotDue(part.get_state_display() if part else "不存在")
    before = part.due_on
    part.due_on, part.reminded = before + timedelta(days=days), ""
    part.save()
    states = ({"due_on": before.isoformat()}, {"due_on": part.due_on.isoformat()})
    identity.audit(by, "deposits.postpone", ("deposit", row.id), *states)
    return queries.one(row.id, today=accounting_date(now))
