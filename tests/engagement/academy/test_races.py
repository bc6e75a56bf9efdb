"""Real connections against each other: the last seat, the month's last reserved one, one exam from many taps."""

import pytest
from django.db import transaction

from tests.engagement.academy.hands import DAY, DESK, T0, anna, answers, course, reads, training
from tests.promotion.commission.test_races import together
from tests.promotion.conftest import committed  # noqa: F401
from xintui.engagement.academy import facade, models
from xintui.engagement.academy.contracts import (
    Booking,
    NotYet,
    Paper,
    QuotaUsed,
    SessionClosed,
    SessionFull,
    SittingState,
)
from xintui.infra import tenancy


@pytest.fixture(autouse=True)
def _real(committed: str):  # noqa: F811
    with tenancy.as_platform():
        yield
        with transaction.atomic():
            for row in models.Session.objects.all():
                held = models.Booking.objects.filter(session_id=row.id).exclude(state="cancelled")
                assert (held.filter(reserved=False).count(), held.filter(reserved=True).count()) == (
                    row.taken, row.kept_taken,
                )  # fmt: skip


def book(there, who, *, reserved=False, at=T0):
    return lambda: facade.book(there.id, who.id, reserved=reserved, now=at)


def test_the_last_two_seats_go_to_two_of_eight():
    there, people = training(seats=2), [anna(n) for n in range(1, 9)]
    said = together(*(book(there, who) for who in people))
    assert sum(isinstance(one, Booking) for one in said) == 2
    assert sum(isinstance(one, SessionFull) for one in said) == 6


def test_open_and_kept_seats_beside_each_other_are_never_more_than_there_are():
    there, people = training(seats=4, reserved=2), [anna(n) for n in range(1, 9)]
    said = together(*(book(there, who, reserved=n % 2 == 0) for n, who in enumerate(people)))
    assert sum(isinstance(one, Booking) for one in said) == 4
    assert sum(one.reserved for one in said if isinstance(one, Booking)) == 2


@pytest.mark.parametrize("round_", range(3))
def test_the_hold_ends_under_eight_hands_and_nothing_is_sold_twice(round_):
    there, people = training(seats=3, reserved=3), [anna(n) for n in range(1, 9)]
    facade.book(there.id, people[0].id, reserved=True, now=T0)
    said = together(*(book(there, who, at=there.hold_until) for who in people[1:]))
    assert sum(isinstance(one, Booking) for one in said) == 2


def test_the_months_one_reserved_seat_is_one_however_many_trainings_are_asked_at_once():
    who, days = anna(), [training(seats=2, reserved=2, starts=T0 + (5 + n) * DAY) for n in range(6)]
    said = together(*(book(there, who, reserved=True) for there in days))
    assert sum(isinstance(one, Booking) for one in said) == 1
    assert sum(isinstance(one, QuotaUsed) for one in said) == 5


def test_giving_back_beside_booking_keeps_the_count():
    there, people = training(seats=1), [anna(n) for n in range(1, 6)]
    facade.book(there.id, people[0].id, reserved=False, now=T0)
    together(lambda: facade.cancel(there.id, people[0].id, now=T0), *(book(there, who) for who in people[1:]))
    with transaction.atomic():
        assert models.Session.objects.get().taken <= 1


def test_calling_off_beside_booking_leaves_nobody_with_a_seat():
    there, people = training(seats=8), [anna(n) for n in range(1, 7)]
    said = together(
        lambda: facade.call_off(there.id, reason="取消", by=DESK, now=T0), *(book(there, w) for w in people)
    )
    assert all(isinstance(one, Booking | SessionClosed) for one in said[1:])
    with transaction.atomic():
        assert not models.Booking.objects.filter(state="booked").exists()


@pytest.mark.parametrize("round_", range(3))
def test_eight_taps_begin_one_exam_and_use_up_one_of_the_days_three(round_):
    there, who = course(), anna()
    reads(who, there)
    said = together(*[lambda: facade.sit(who.id, there.course_id, now=T0)] * 8)
    assert sum(isinstance(one, Paper) for one in said) == 1
    assert {one.why for one in said if isinstance(one, NotYet)} == {"open"}
    with transaction.atomic():
        assert models.Day.objects.get().sat == 1


def test_handing_in_beside_the_clock_grades_once_and_certifies_once():
    there, who = course(), anna()
    reads(who, there)
    paper = facade.sit(who.id, there.course_id, now=T0)
    answers(who, paper, there, right=3, at=T0)
    late = paper.sitting.due_at
    together(
        *[lambda: facade.submit(who.id, paper.sitting.id, now=late)] * 4, *[lambda: facade.end_due(now=late)] * 4
    )  # fmt: skip
    with transaction.atomic():
        assert models.Sitting.objects.get().state == SittingState.PASSED
        assert models.Certificate.objects.count() == 1
