"""Days and months are Shanghai's, whatever the clock that was read."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xintui.kernel.times import SHANGHAI, accounting_date, day_start, days, month_close, month_of

instants = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))


@pytest.mark.parametrize(
    ("at", "day"),
    [
        (datetime(2026, 11, 22, 15, 59, 59, 999999, UTC), date(2026, 11, 22)),
        (datetime(2026, 11, 22, 16, 0, 0, 0, UTC), date(2026, 11, 23)),
        (datetime(2026, 12, 31, 16, 0, tzinfo=UTC), date(2027, 1, 1)),
        (datetime(2026, 1, 1, 0, 0, tzinfo=timezone(timedelta(hours=14))), date(2025, 12, 31)),
    ],
)
def test_the_accounting_day_turns_at_midnight_in_shanghai(at: datetime, day: date) -> None:
    assert accounting_date(at) == day


def test_a_time_without_offset_is_a_bug() -> None:
    with pytest.raises(AssertionError):
        accounting_date(datetime(2026, 1, 1))


@given(instants)
def test_every_instant_lies_in_its_day_and_month(at: datetime) -> None:
    day = accounting_date(at)
    assert day_start(day) <= at < day_start(day + timedelta(days=1))
    assert at < month_close(month_of(day))


@pytest.mark.parametrize(
    ("month", "close"),
    [
        ("2026-01", datetime(2026, 1, 31, 16, tzinfo=UTC)),
        ("2026-02", datetime(2026, 2, 28, 16, tzinfo=UTC)),
        ("2028-02", datetime(2028, 2, 29, 16, tzinfo=UTC)),
        ("2026-11", datetime(2026, 11, 30, 16, tzinfo=UTC)),
        ("2026-12", datetime(2026, 12, 31, 16, tzinfo=UTC)),
    ],
)
def test_a_month_closes_at_the_first_instant_of_the_next(month: str, close: datetime) -> None:
    assert month_close(month) == close
    assert month_close(month).tzinfo is SHANGHAI


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)))
def test_the_close_is_the_first_day_of_the_next_month(day: date) -> None:
    close = accounting_date(month_close(month_of(day)))
    assert close.day == 1
    assert month_of(close - timedelta(days=1)) == month_of(day)


@pytest.mark.parametrize("month", ["2026-13", "2026-00", "2026-1", "2026/11", "2026-011", "26-11"])
def test_what_is_no_month_is_a_bug(month: str) -> None:
    with pytest.raises((AssertionError, ValueError)):
        month_close(month)


def test_days_are_of_twenty_four_hours() -> None:
    assert days(7) == timedelta(hours=168)
