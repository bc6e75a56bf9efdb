"""P-02, T-07: whose hour is when, and whatever people do in whatever order: never more than the seats, never more early
than the share."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xintui.promotion.rosters import rules, tables
from xintui.promotion.rosters.contracts import (
    BadRoster,
    Draft,
    EarlyGone,
    Full,
    NotFull,
    NotYet,
    Over,
    State,
    WaitingFull,
)

TERMS = tables.terms(date(2026, 11, 29))
NOW = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
OPENS = NOW + 10 * DAY
ENDS = OPENS + 14 * DAY
COUNT = rules.Count(State.OPEN, 4, 2, 0, 0, 0, OPENS, ENDS)


@pytest.mark.parametrize(("seats", "early"), [(2, 1), (3, 1), (4, 2), (5, 2), (1000, 500)])
def test_at_most_half_goes_early_and_never_all(seats, early):
    assert rules.early_seats(seats, TERMS) == early < seats


def test_everybody_sees_it_before_anybody_may_take_a_seat_and_the_terms_say_why():
    assert TERMS.public_days * 24 > 24
    assert TERMS.notice_hours > 24
    assert "至多一半" in TERMS.source
    assert TERMS.early_share_bp <= 5000


@pytest.mark.parametrize(
    ("hours", "announced", "hour"),
    [
        (0, NOW, OPENS),
        (24, NOW, OPENS - 24 * HOUR),
        (24, OPENS - 48 * HOUR, OPENS - 24 * HOUR),
        (200, NOW, OPENS - 3 * DAY),  # never before everybody sees it
        (200, OPENS - 48 * HOUR, OPENS - 48 * HOUR),  # nor before it is announced
        (24, OPENS - 2 * HOUR, OPENS - 2 * HOUR),
    ],
)
def test_an_hour_of_ones_own(hours, announced, hour):
    assert rules.own_from(OPENS, rules.public_at(OPENS, TERMS), hours, announced) == hour


@pytest.mark.parametrize(
    ("days", "announced", "seen"),
    [
        (0, NOW, OPENS - 3 * DAY),
        (1, NOW, OPENS - 4 * DAY),
        (3, NOW, OPENS - 6 * DAY),
        (3, OPENS - 2 * DAY, OPENS - 2 * DAY),
    ],
)
def test_a_day_of_ones_own(days, announced, seen):
    assert rules.seen_from(rules.public_at(OPENS, TERMS), days, announced) == seen


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"seats": 1}, "名额"),
        ({"seats": 1001}, "名额"),
        ({"opens_at": NOW + 47 * HOUR}, "48 小时"),
        ({"opens_at": NOW + 31 * DAY}, "30 天"),
        ({"ends_at": OPENS}, "结束时间"),
        ({"ends_at": OPENS + 61 * DAY}, "60 天"),
    ],
)
def test_what_cannot_be_announced(change, why):
    draft = Draft("prd1", 4, OPENS, ENDS)
    rules.check(draft, TERMS, NOW)
    with pytest.raises(BadRoster, match=why):
        rules.check(replace(draft, **change), TERMS, NOW)


@pytest.mark.parametrize(
    ("change", "at", "own", "answer"),
    [
        ({}, OPENS, OPENS, False),
        ({}, OPENS - HOUR, OPENS, NotYet),
        ({"state": State.ANNOUNCED}, OPENS - HOUR, OPENS - DAY, True),
        ({"state": State.ANNOUNCED, "taken": 2, "early": 2}, OPENS - HOUR, OPENS - DAY, EarlyGone),
        (
            {"state": State.ANNOUNCED, "taken": 2, "early": 2},
            OPENS,
            OPENS - DAY,
            False,
        ),  # a late worker changes nothing
        ({"taken": 4}, OPENS, OPENS, Full),
        ({}, ENDS, OPENS, Over),
        ({"state": State.CANCELLED}, OPENS, OPENS, Over),
        ({"state": State.DRAFT}, OPENS, OPENS, Over),
    ],
)
def test_taking_a_seat(change, at, own, answer):
    count = replace(COUNT, **change)
    if isinstance(answer, bool):
        assert rules.take(count, own, at) is answer
    else:
        with pytest.raises(answer):
            rules.take(count, own, at)


@pytest.mark.parametrize(
    ("change", "at", "answer"),
    [
        ({"taken": 4}, OPENS, None),
        ({"taken": 3}, OPENS, NotFull),
        ({"taken": 4}, OPENS - HOUR, NotFull),
        ({"taken": 4, "waiting": 200}, OPENS, WaitingFull),
        ({"taken": 4}, ENDS, Over),
    ],
)
def test_standing_in_line(change, at, answer):
    count = replace(COUNT, **change)
    if answer is None:
        rules.queue(count, TERMS.most_waiting, at)
    else:
        with pytest.raises(answer):
            rules.queue(count, TERMS.most_waiting, at)


@pytest.mark.parametrize(
    ("at", "until"),
    [
        (OPENS - DAY, OPENS + 72 * HOUR),  # nobody must use one before it opens
        (OPENS + DAY, OPENS + DAY + 72 * HOUR),
        (ENDS - 72 * HOUR, None),
    ],
)
def test_until_when_a_seat_is_used(at, until):
    assert rules.use_by(OPENS, ENDS, 72, at) == until


@pytest.mark.parametrize(
    ("change", "at", "words"),
    [
        ({}, OPENS - HOUR, "4 个名额 11月30日 12:00 开放领取"),
        ({"taken": 3}, OPENS, "还有 1 个名额"),
        ({"taken": 4}, OPENS, "4 个名额已满，可以排候补"),
    ],
)
def test_what_whoever_has_no_seat_reads(change, at, words):
    assert words in rules.how(replace(COUNT, **change), at)


@given(st.integers(2, 9), st.lists(st.tuples(st.integers(0, 400), st.booleans()), max_size=40))
def test_in_whatever_order_people_come_and_go_it_stays_within(seats, steps):
    """Each step: an hour from a day before opening on, and whether the oldest seat is given back first."""
    count = replace(COUNT, seats=seats, early_seats=rules.early_seats(seats, TERMS))
    held: list[bool] = []
    for hours, gives in sorted(steps):
        if gives and held:
            early = held.pop(0)
            count = replace(count, taken=count.taken - 1, early=count.early - early)
        try:
            early = rules.take(count, OPENS - DAY, OPENS - 30 * HOUR + hours * HOUR)
        except (NotYet, EarlyGone, Full, Over):
            continue
        held.append(early)
        count = replace(count, taken=count.taken + 1, early=count.early + early)
        assert 0 <= count.early <= count.early_seats < seats
        assert count.early <= count.taken <= seats
