"""A promoter takes a seat, waits for one, gives it back; what nobody uses goes to whoever waits, in order."""

from collections.abc import Collection
from datetime import datetime
from typing import Final

from django.db import transaction

from xintui.commerce.catalog import facade as catalog
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import SYSTEM, Principal
from xintui.infra.outbox import facade as outbox
from xintui.kernel.ids import new_id
from xintui.kernel.times import accounting_date
from xintui.promotion.promoters import facade as promoters
from xintui.promotion.rosters import models, queries, rules, tables
from xintui.promotion.rosters.contracts import (
    Mine,
    NoSeat,
    SeatGiven,
    SeatLapsed,
    SeatNeeded,
    SeatState,
    SeatVerb,
)
from xintui.promotion.rosters.services.opening import locked
from xintui.trust.violations import facade as violations

PREFIX: Final = "rst"
CHUNK: Final = 200


@transaction.atomic
def claim(roster_id: str, promoter_id: str, *, by: Principal, now: datetime) -> Mine:
    """Take a seat; whoever has one keeps it.

    Raises `RosterNotFound`, `Over`, `NotYet`, `EarlyGone`, `Full`, and `Limited` for whom a violation keeps from links.
    """
    told, _ = queries.mine(roster_id, promoter_id, now=now)  # what cannot be seen cannot be taken
    row = locked(roster_id)
    seat = _live(row, promoter_id)
    if seat is None or seat.state == SeatState.WAITING:
        violations.require_clear([promoter_id], now=now)
        early = rules.take(queries.count(row), queries.hour(row, told.priority.value), now)
        if seat is None:
            seat = _seat(row, promoter_id, now)
        else:
            row.waiting -= 1
        seat.score, seat.level, seat.hours = told.standing.score, told.standing.level, told.priority.value
        _sit(row, seat, now, early=early)
        identity.audit(by, "rosters.claim", ("roster", row.id), None, {"promoter": promoter_id, "early": early})
    return queries.mine(roster_id, promoter_id, now=now)[1]


@transaction.atomic
def wait(roster_id: str, promoter_id: str, *, by: Principal, now: datetime) -> Mine:
    """Stand in line behind everybody who waits; whoever has a seat or waits already stays where she is.

    Raises `RosterNotFound`, `Over`, `NotFull`, `WaitingFull`, `Limited`.
    """
    queries.mine(roster_id, promoter_id, now=now)
    row = locked(roster_id)
    if _live(row, promoter_id) is None:
        violations.require_clear([promoter_id], now=now)
        rules.queue(queries.count(row), tables.terms(accounting_date(now)).most_waiting, now)
        row.turns += 1
        _stand(row, _seat(row, promoter_id, now), row.turns)
        identity.audit(by, "rosters.wait", ("roster", row.id), None, {"promoter": promoter_id})
    return queries.mine(roster_id, promoter_id, now=now)[1]


@transaction.atomic
def give_back(roster_id: str, promoter_id: str, *, by: Principal, now: datetime) -> Mine:
    """Give the seat to whoever waits, or leave the line; links that exist go on counting.

    Raises `RosterNotFound`, `NoSeat`.
    """
    row = locked(roster_id)
    seat = _live(row, promoter_id)
    if seat is None:
        raise NoSeat(roster_id)
    _rise(row, seat, SeatVerb.LEAVE if seat.state == SeatState.WAITING else SeatVerb.GIVE_BACK, now)
    told = {"promoter": promoter_id, "state": seat.state}
    identity.audit(by, "rosters.give_back", ("roster", row.id), {"promoter": promoter_id}, told)
    fill(row, now)
    return queries.mine(roster_id, promoter_id, now=now)[1]


def admit(pairs: Collection[tuple[str, str]], fresh: Collection[tuple[str, str]], *, now: datetime) -> None:
    """(promoter, product) of links that are asked for, and which of them are new: those need a seat where a roster
    stands. Whoever asks has used hers. One statement where there is none. Raises `SeatNeeded`.
    """
    found = models.Roster.objects.filter(product_id__in={product for _, product in pairs}, state__in=rules.STANDING)
    standing = {row.product_id: row for row in found.filter(ends_at__gt=now)} if pairs else {}
    if not standing:
        return
    held = models.Seat.objects.select_for_update().filter(
        roster_id__in=[row.id for row in standing.values()], promoter_id__in={who for who, _ in pairs},
        state=SeatState.HELD,
    )  # fmt: skip
    seats = {(seat.promoter_id, seat.roster_id): seat for seat in held.order_by("id")}
    for who, product in sorted(fresh):
        row = standing.get(product)
        if row is not None and (who, row.id) not in seats:
            title = catalog.titles([product]).get(product, "")
            raise SeatNeeded(title, rules.how(queries.count(row), now), row.id)
    asked = {(who, standing[product].id) for who, product in pairs if product in standing}
    used = [seat.id for key, seat in seats.items() if key in asked and seat.used_at is None]
    if used:
        models.Seat.objects.filter(id__in=used).update(used_at=now)


@transaction.atomic
def lapse_due(*, now: datetime) -> int:
    """The sweep: seats that nobody made a link with in time go back to the list; how many."""
    due = models.Seat.objects.filter(state=SeatState.HELD, used_at=None, use_by__lte=now)
    done = 0
    for roster_id in sorted(set(due.values_list("roster_id", flat=True)[:CHUNK])):
        row = locked(roster_id)
        if rules.is_over(queries.count(row), now):
            continue  # it is about to be closed: nobody loses anything
        lost = list(due.select_for_update().filter(roster_id=roster_id).order_by("id"))
        title = catalog.titles([row.product_id]).get(row.product_id, "")
        for seat in lost:
            _rise(row, seat, SeatVerb.LAPSE, now)
            told = ({"promoter": seat.promoter_id}, {"promoter": seat.promoter_id, "state": seat.state})
            identity.audit(SYSTEM, "rosters.lapse", ("roster", row.id), *told)
            outbox.publish(SeatLapsed(seat.id, row.id, seat.promoter_id, title, row.use_hours, now))
        fill(row, now)
        done += len(lost)
    return done


def fill(row: models.Roster, now: datetime) -> None:
    """Whoever waits longest has what is free; who may not promote now keeps her place and is passed over."""
    free = row.seats - row.taken
    if row.waiting and free and not rules.is_over(queries.count(row), now):
        line = models.Seat.objects.select_for_update().filter(roster_id=row.id, state=SeatState.WAITING)
        waiting = list(line.order_by("turn", "id"))
        people = promoters.get({seat.promoter_id for seat in waiting})
        title = catalog.titles([row.product_id]).get(row.product_id, "")
        for seat in [one for one in waiting if one.promoter_id in people and people[one.promoter_id].is_active][:free]:
            row.waiting -= 1
            _sit(row, seat, now, early=False, save=False)
            identity.audit(SYSTEM, "rosters.seat", ("roster", row.id), None, {"promoter": seat.promoter_id})
            outbox.publish(SeatGiven(seat.id, row.id, seat.promoter_id, title, seat.use_by, now))
    row.save()


def stand_first(row: models.Roster, promoter_id: str, now: datetime) -> None:
    """Somebody who lost hers wrongly stands before everybody who waits."""
    if _live(row, promoter_id) is None:
        _stand(row, _seat(row, promoter_id, now), 0)
        fill(row, now)


@transaction.atomic
def forget(user_id: str, *, now: datetime) -> None:
    """Somebody who has left has no seat and waits for none."""
    promoter = promoters.by_user(user_id)
    if promoter is None:
        return
    rows = models.Seat.objects.filter(promoter_id=promoter.id, state__in=rules.LIVE)
    for roster_id in sorted(rows.values_list("roster_id", flat=True)):
        row = locked(roster_id)
        if (seat := _live(row, promoter.id)) is not None:
            _rise(row, seat, SeatVerb.LEAVE if seat.state == SeatState.WAITING else SeatVerb.GIVE_BACK, now)
            fill(row, now)


def _live(row: models.Roster, promoter_id: str) -> models.Seat | None:
    seats = models.Seat.objects.select_for_update().filter(roster_id=row.id, promoter_id=promoter_id)
    return seats.filter(state__in=rules.LIVE).first()


def _seat(row: models.Roster, promoter_id: str, now: datetime) -> models.Seat:
    return models.Seat(
        id=new_id(PREFIX), roster_id=row.id, merchant_id=row.merchant_id, promoter_id=promoter_id, since=now
    )


def _sit(row: models.Roster, seat: models.Seat, now: datetime, *, early: bool, save: bool = True) -> None:
    seat.state, seat.seated_at, seat.early = SeatState.HELD, now, early
    seat.use_by = rules.use_by(row.opens_at, row.ends_at, row.use_hours, now)
    seat.save()
    row.taken, row.early = row.taken + 1, row.early + early
    if save:
        row.save()


def _stand(row: models.Roster, seat: models.Seat, turn: int) -> None:
    seat.state, seat.turn = SeatState.WAITING, turn
    seat.save()
    row.waiting += 1
    row.save()


def _rise(row: models.Roster, seat: models.Seat, verb: SeatVerb, now: datetime) -> None:
    """Somebody is no longer there; the caller saves the row."""
    was = SeatState(seat.state)
    seat.state, seat.ended_at = rules.SEAT_FLOW.after(was, verb), now
    seat.save()
    if was is SeatState.WAITING:
        row.waiting -= 1
    else:
        row.taken, row.early = row.taken - 1, row.early - seat.early
