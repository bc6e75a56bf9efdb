"""Trainings and their seats, as a promoter finds them and as the desk does."""

from datetime import datetime
from typing import Final

from django.db.models import Q

from xintui.engagement.academy.contracts import (
    Booking,
    BookingState,
    Mode,
    Quota,
    Seat,
    Session,
    SessionNotFound,
    SessionState,
)
from xintui.engagement.academy.models import Booking as BookingRow
from xintui.engagement.academy.models import Month
from xintui.engagement.academy.models import Session as Row
from xintui.infra.paging import Page, page
from xintui.kernel.times import accounting_date
from xintui.promotion.promoters import facade as promoters
from xintui.trust.points.contracts import Perk

SHOWN: Final = 50


def seats(promoter_id: str, *, now: datetime) -> tuple[Seat, ...]:
    """What is to come, the next first, then what she had a seat in. Two queries."""
    mine = {
        row.session_id: row
        for row in BookingRow.objects.filter(promoter_id=promoter_id).exclude(state=BookingState.CANCELLED)
    }
    rows = list(
        Row.objects.filter(Q(ends_at__gt=now, state=SessionState.PLANNED) | Q(id__in=mine)).order_by("starts_at", "id")
    )
    coming = [row for row in rows if row.ends_at > now][:SHOWN]
    past = [row for row in reversed(rows) if row.ends_at <= now][:SHOWN]
    return tuple(
        Seat(session_contract(row, now), booking_contract(mine[row.id]) if row.id in mine else None)
        for row in [*coming, *past]
    )


def worth(promoter_id: str, *, now: datetime) -> int:
    """How many reserved seats a month the benefit 培训名额 brings her."""
    found = promoters.perks([promoter_id], today=accounting_date(now)).get(promoter_id, {})
    return found.get(Perk.TRAINING_SEATS, 0)


def quota(promoter_id: str, *, now: datetime) -> Quota:
    """This month's reserved seats."""
    month = accounting_date(now).replace(day=1)
    used = Month.objects.filter(promoter_id=promoter_id, month=month).values_list("used", flat=True).first() or 0
    return Quota(month, worth(promoter_id, now=now), used)


def sessions(*, now: datetime, after: str = "", limit: int = 20) -> Page[Session]:
    """All of them, the last to start first."""
    return page(
        Row.objects.all(), lambda row: session_contract(row, now), keys=["starts_at", "id"], kinds=[datetime, str],
        after=after, limit=limit,
    )  # fmt: skip


def session(session_id: str, *, now: datetime) -> Session:
    """Raises `SessionNotFound`."""
    row = Row.objects.filter(id=session_id).first()
    if row is None:
        raise SessionNotFound(session_id)
    return session_contract(row, now)


def bookings_in(session_id: str, *, after: str = "", limit: int = 20) -> Page[Booking]:
    """Who has a seat, and who gave one back, newest first."""
    rows = BookingRow.objects.filter(session_id=session_id)
    return page(rows, booking_contract, keys=["id"], kinds=[str], after=after, limit=limit)


def bookings_of(promoter_id: str, *, after: str = "", limit: int = 20) -> Page[Booking]:
    """Hers, newest first."""
    rows = BookingRow.objects.filter(promoter_id=promoter_id)
    return page(rows, booking_contract, keys=["id"], kinds=[str], after=after, limit=limit)


def session_contract(row: Row, now: datetime) -> Session:
    held = now < row.hold_until
    kept = row.reserved if held else row.kept_taken
    return Session(
        id=row.id, title=row.title, says=row.says, mode=Mode(row.mode), place=row.place, starts_at=row.starts_at,
        ends_at=row.ends_at, hold_until=row.hold_until, seats=row.seats, left=row.seats - kept - row.taken,
        kept_left=row.reserved - row.kept_taken if held else 0, state=SessionState(row.state), reason=row.reason,
    )  # fmt: skip


def booking_contract(row: BookingRow) -> Booking:
    return Booking(
        row.id, row.session_id, row.promoter_id, row.reserved, BookingState(row.state), row.booked_at, row.ended_at
    )
