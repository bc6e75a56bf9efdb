"""T-07 培训名额: seats of a training, those that are kept, the month's number, and who came."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.engagement.academy.hands import DAY, DESK, HOUR, T0, anna, training
from xintui.engagement.academy import facade
from xintui.engagement.academy.contracts import (
    AlreadyBooked,
    BookingNotFound,
    BookingState,
    NotBegun,
    QuotaUsed,
    SessionCalledOff,
    SessionClosed,
    SessionFull,
    SessionState,
    TooLate,
)
from xintui.infra.outbox.models import OutboxEvent
from xintui.kernel.states import NoSuchMove

pytestmark = pytest.mark.django_db


def book(who, there, *, reserved=False, at=T0):
    return facade.book(there.id, who.id, reserved=reserved, now=at)


def left(there, at=T0):
    found = facade.session(there.id, now=at)
    return found.left, found.kept_left


def test_a_seat_is_booked_once_and_given_back_until_two_hours_before():
    there, who, other = training(seats=1), anna(1), anna(2)
    made = book(who, there)
    assert (made.state, made.reserved, left(there)) == (BookingState.BOOKED, False, (0, 0))
    with pytest.raises(SessionFull):
        book(other, there)
    with pytest.raises(SessionFull):
        book(who, there)
    with pytest.raises(TooLate):
        facade.cancel(there.id, who.id, now=there.starts_at - 2 * HOUR + timedelta(seconds=1))
    assert facade.cancel(there.id, who.id, now=there.starts_at - 2 * HOUR).state is BookingState.CANCELLED
    with pytest.raises(BookingNotFound):
        facade.cancel(there.id, who.id, now=T0)
    book(other, there)
    assert [one.state for one in facade.bookings_in(there.id).items] == [BookingState.BOOKED, BookingState.CANCELLED]


def test_the_same_one_has_one_seat():
    there, who = training(seats=3), anna()
    book(who, there)
    with pytest.raises(AlreadyBooked):
        book(who, there)
    assert left(there) == (2, 0)


def test_kept_seats_are_for_the_benefit_until_the_hold_is_over():
    there = training(seats=2, reserved=1)
    plain, good, third = anna(1, credit=600), anna(2), anna(3)
    assert left(there) == (1, 1)
    book(plain, there)
    with pytest.raises(SessionFull):
        book(third, there)
    with pytest.raises(QuotaUsed) as none:
        facade.book(there.id, anna(4, credit=600).id, reserved=True, now=T0)
    assert none.value.most == 0
    made = book(good, there, reserved=True)
    assert (made.reserved, left(there)) == (True, (0, 0))
    assert (facade.quota(good.id, now=there.starts_at).used, facade.quota(good.id, now=T0).used) == (1, 0), (
        "it counts for the month of the training"
    )


def test_what_is_kept_and_not_taken_goes_to_everybody_when_the_hold_is_over():
    there = training(seats=2, reserved=2)
    who, other, third = anna(1, credit=600), anna(2), anna(3)
    with pytest.raises(SessionFull):
        book(who, there, at=there.hold_until - timedelta(seconds=1))
    assert left(there, there.hold_until) == (2, 0)
    made = book(other, there, reserved=True, at=there.hold_until)
    assert not made.reserved, "nothing of the month is used up for what everybody may have"
    book(who, there, at=there.hold_until)
    with pytest.raises(SessionFull):
        book(third, there, at=there.hold_until)


def test_a_month_gives_one_or_two_reserved_seats_and_a_seat_given_back_counts_for_nothing():
    who, gold = anna(1), anna(2, credit=775, level="gold")
    december = [training(seats=2, reserved=2, starts=T0 + n * DAY) for n in (5, 6, 7)]
    january = training(seats=2, reserved=2, starts=T0 + 40 * DAY)
    book(who, december[0], reserved=True)
    with pytest.raises(QuotaUsed) as used:
        book(who, december[1], reserved=True)
    assert used.value.most == 1
    assert left(december[1]) == (0, 2), "a refusal takes no seat"
    book(who, january, reserved=True)
    facade.cancel(december[0].id, who.id, now=T0)
    book(who, december[1], reserved=True)
    book(gold, december[0], reserved=True)
    book(gold, december[1], reserved=True)
    with pytest.raises(QuotaUsed):
        book(gold, december[2], reserved=True)
    assert facade.quota(gold.id, now=T0 + 5 * DAY).used == facade.quota(gold.id, now=T0 + 5 * DAY).most == 2


def test_nothing_is_booked_that_has_begun_or_was_called_off_and_whoever_had_a_seat_hears_of_it():
    there, who, other = training(seats=2, reserved=1), anna(1), anna(2)
    with pytest.raises(SessionClosed):
        book(who, there, at=there.starts_at)
    book(who, there)
    book(other, there, reserved=True)
    done = facade.call_off(there.id, reason="讲师生病", by=DESK, now=T0)
    assert (done.state, done.reason, left(there)) == (SessionState.CALLED_OFF, "讲师生病", (1, 1))
    with pytest.raises(SessionClosed):
        book(who, there)
    with pytest.raises(NoSuchMove):
        facade.call_off(there.id, reason="又一次", by=DESK, now=T0)
    told = OutboxEvent.objects.filter(topic=SessionCalledOff.topic).values_list("payload", flat=True)
    assert sorted(one["promoter_id"] for one in told) == sorted([who.id, other.id])
    assert facade.quota(other.id, now=there.starts_at).used == 0
    with pytest.raises(SessionClosed):
        begun = training()
        facade.call_off(begun.id, reason="太晚", by=DESK, now=begun.starts_at)


def test_the_desk_notes_who_came_for_a_week_and_may_put_it_right():
    there, who = training(), anna()
    made = book(who, there)
    with pytest.raises(NotBegun):
        facade.attend(made.id, came=True, by=DESK, now=there.starts_at - timedelta(seconds=1))
    assert facade.attend(made.id, came=False, by=DESK, now=there.starts_at).state is BookingState.ABSENT
    assert facade.attend(made.id, came=True, by=DESK, now=there.ends_at).state is BookingState.ATTENDED
    with pytest.raises(NotBegun):
        facade.attend(made.id, came=False, by=DESK, now=there.starts_at + 7 * DAY + timedelta(seconds=1))
    with pytest.raises(BookingNotFound):
        facade.attend("abk01NONE", came=True, by=DESK, now=there.starts_at)


def test_the_list_shows_what_is_to_come_and_what_she_was_at_in_a_fixed_number_of_statements():
    who = anna()
    first = training(starts=T0 + DAY)
    book(who, first)
    with CaptureQueriesContext(connection) as one:
        facade.seats(who.id, now=T0)
    for n in range(2, 8):
        training(starts=T0 + n * DAY)
    with CaptureQueriesContext(connection) as many:
        found = facade.seats(who.id, now=T0)
    assert len(one) == len(many) == 2
    assert [bool(seat.booking) for seat in found] == [True, *[False] * 6]
    later = facade.seats(who.id, now=T0 + 5 * DAY)
    assert [seat.session.id for seat in later][-1] == first.id and len(later) == 4


def test_a_seat_to_come_of_somebody_who_left_is_anothers():
    there, who, other = training(seats=1), anna(1), anna(2)
    book(who, there)
    facade.forget(who.user_id, now=there.starts_at - HOUR)
    assert facade.bookings_in(there.id).items == ()
    book(other, there)
