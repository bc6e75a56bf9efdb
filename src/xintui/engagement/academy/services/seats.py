"""Trainings are planned or called off; seats are booked, given back, and who came is noted.

The session's row holds the seats: everybody who books waits there. Then comes the row of the month, then the booking.
"""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F

from xintui.engagement.academy import rules, tables
from xintui.engagement.academy.contracts import (
    AlreadyBooked,
    Booking,
    BookingNotFound,
    BookingState,
    BookingVerb,
    NotBegun,
    QuotaUsed,
    Session,
    SessionCalledOff,
    SessionClosed,
    SessionDraft,
    SessionFull,
    SessionNotFound,
    SessionState,
    SessionVerb,
    TooLate,
)
from xintui.engagement.academy.models import Booking as BookingRow
from xintui.engagement.academy.models import Month
from xintui.engagement.academy.models import Session as Row
from xintui.engagement.academy.queries import seats
from xintui.engagement.academy.services.exams import constraint
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Principal
from xintui.infra.outbox import facade as outbox
from xintui.kernel.ids import new_id
from xintui.kernel.times import accounting_date


@transaction.atomic
def plan(draft: SessionDraft, *, by: Principal, now: datetime) -> Session:
    """A training that promoters can book from now on. Raises `BadSession`."""
    rules.check_session(draft, now)
    row = Row.objects.create(
        id=new_id("asn"), title=draft.title.strip(), says=draft.says.strip(), mode=draft.mode,
        place=draft.place.strip(), starts_at=draft.starts_at, ends_at=draft.ends_at,
        hold_until=draft.starts_at - timedelta(hours=draft.hold_hours), seats=draft.seats, reserved=draft.reserved,
        taken=0, kept_taken=0, state=SessionState.PLANNED, reason="", created_by=by.user_id, created_at=now,
    )  # fmt: skip
    told: dict[str, Any] = {"title": row.title, "starts_at": row.starts_at.isoformat(), "seats": row.seats}
    identity.audit(by, "academy.plan", ("academy_session", row.id), None, told | {"reserved": row.reserved})
    return seats.session_contract(row, now)


@transaction.atomic
def call_off(session_id: str, *, reason: str, by: Principal, now: datetime) -> Session:
    """It does not take place: every seat is given back, whoever had one is told.

    Raises `SessionNotFound`, `NoSuchMove`, `SessionClosed` once it has begun.
    """
    row = _locked(session_id)
    state = rules.SESSION_FLOW.after(SessionState(row.state), SessionVerb.CALL_OFF)
    if row.starts_at <= now:
        raise SessionClosed(session_id)
    found = BookingRow.objects.select_for_update().filter(session_id=session_id, state=BookingState.BOOKED)
    booked = list(found.order_by("id"))
    for one in booked:
        _give_back(one, row, now)
        outbox.publish(SessionCalledOff(row.id, one.promoter_id, row.title, row.starts_at, reason, now))
    Row.objects.filter(id=row.id).update(state=state, reason=reason)
    told = ({"state": row.state}, {"state": state, "booked": len(booked)})
    identity.audit(by, "academy.call_off", ("academy_session", row.id), *told, reason=reason)
    return seats.session(session_id, now=now)


@transaction.atomic
def book(session_id: str, promoter_id: str, *, reserved: bool, now: datetime) -> Booking:
    """A seat; `reserved`: one of those kept for the benefit 培训名额, which counts for the month of the training.

    When the hold is over what was kept is everybody's, and a reserved seat is asked for like any other.
    Raises `SessionNotFound`, `SessionClosed`, `SessionFull`, `QuotaUsed`, `AlreadyBooked`.
    """
    row = _locked(session_id)
    if row.state != SessionState.PLANNED or row.starts_at <= now:
        raise SessionClosed(session_id)
    kept = reserved and now < row.hold_until
    most = seats.worth(promoter_id, now=now) if kept else 0
    if kept and not most:
        raise QuotaUsed(0)
    made = BookingRow(
        id=new_id("abk"), session_id=session_id, promoter_id=promoter_id, reserved=kept, state=BookingState.BOOKED,
        booked_at=now,
    )  # fmt: skip
    try:
        with transaction.atomic():
            _take(row, kept, now)
            if kept:
                _count(promoter_id, _month(row), most)
            made.save(force_insert=True)
    except IntegrityError as error:
        refused = constraint(error)
        if refused == "academy_month_within":
            raise QuotaUsed(most) from error
        if refused == "academy_one_booking":
            raise AlreadyBooked(session_id) from error
        assert refused in {"academy_seats_within", "academy_reserved_within"}, refused
        raise SessionFull(session_id) from error
    return seats.booking_contract(made)


def _take(row: Row, kept: bool, now: datetime) -> None:
    """One more seat; the row refuses one too many. What is kept no longer goes to everybody first."""
    there = Row.objects.filter(id=row.id)
    if now >= row.hold_until and row.reserved > row.kept_taken:
        there.update(reserved=F("kept_taken"))
    there.update(**{"kept_taken": F("kept_taken") + 1} if kept else {"taken": F("taken") + 1})


def _month(row: Row) -> date:
    return accounting_date(row.starts_at).replace(day=1)


def _count(promoter_id: str, month: date, most: int) -> None:
    key = {"promoter_id": promoter_id, "month": month}
    Month.objects.bulk_create([Month(**key, used=0, most=most)], ignore_conflicts=True)
    Month.objects.filter(**key).update(used=F("used") + 1, most=most)


@transaction.atomic
def cancel(session_id: str, promoter_id: str, *, now: datetime) -> Booking:
    """The seat is another's, and a reserved one does not count for the month.

    Raises `SessionNotFound`, `BookingNotFound`, `NoSuchMove`, `TooLate`.
    """
    row, ahead = _locked(session_id), tables.policy(accounting_date(now)).cancel
    if now > row.starts_at - ahead:
        raise TooLate(int(ahead.total_seconds() // 3600))
    return give_back(session_id, promoter_id, now=now)


@transaction.atomic
def give_back(session_id: str, promoter_id: str, *, now: datetime) -> Booking:
    """Her seat, however late. Raises `SessionNotFound`, `BookingNotFound`, `NoSuchMove`."""
    row = _locked(session_id)
    there = BookingRow.objects.select_for_update().filter(session_id=session_id, promoter_id=promoter_id)
    one = there.exclude(state=BookingState.CANCELLED).first()
    if one is None:
        raise BookingNotFound(session_id)
    _give_back(one, row, now)
    return seats.booking_contract(one)


def _give_back(one: BookingRow, row: Row, now: datetime) -> None:
    one.state, one.ended_at = rules.BOOKING_FLOW.after(BookingState(one.state), BookingVerb.CANCEL), now
    one.save(update_fields=["state", "ended_at"])
    counter = "kept_taken" if one.reserved else "taken"
    Row.objects.filter(id=row.id).update(**{counter: F(counter) - 1})
    if one.reserved:
        Month.objects.filter(promoter_id=one.promoter_id, month=_month(row)).update(used=F("used") - 1)


@transaction.atomic
def attend(booking_id: str, *, came: bool, by: Principal, now: datetime) -> Booking:
    """The desk notes who came, from the beginning on and for some days; it can be put right.

    Raises `BookingNotFound`, `NotBegun`, `NoSuchMove`.
    """
    one = BookingRow.objects.select_for_update().filter(id=booking_id).first()
    if one is None:
        raise BookingNotFound(booking_id)
    row, window = Row.objects.get(id=one.session_id), tables.policy(accounting_date(now)).attend
    if not row.starts_at <= now <= row.starts_at + window:
        raise NotBegun(window.days)
    before = BookingState(one.state)
    one.state = rules.BOOKING_FLOW.after(before, BookingVerb.ATTEND if came else BookingVerb.MISS)
    one.ended_at = now
    one.save(update_fields=["state", "ended_at"])
    states = ({"state": before}, {"state": one.state})
    identity.audit(by, "academy.attend", ("academy_booking", one.id), *states)
    return seats.booking_contract(one)


def _locked(session_id: str) -> Row:
    row = Row.objects.select_for_update().filter(id=session_id).first()
    if row is None:
        raise SessionNotFound(session_id)
    return row
