"""Time is an argument. Accounting happens on Shanghai's calendar."""

from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

SHANGHAI: Final = ZoneInfo("Asia/Shanghai")


def accounting_date(at: datetime) -> date:
    """The calendar day in Asia/Shanghai on which `at` (aware) falls."""
    assert at.tzinfo is not None, "a time without offset is no instant"
    return at.astimezone(SHANGHAI).date()


def month_of(day: date) -> str:
    """`2026-11`."""
    return f"{day.year:04d}-{day.month:02d}"


def month_close(month: str) -> datetime:
    """The first instant after `month` (`2026-11`) in Asia/Shanghai: when its tier bonus is posted."""
    year, number = int(month[:4]), int(month[5:])
    assert month == f"{year:04d}-{number:02d}" and 1 <= number <= 12, "a month reads 2026-11"
    return datetime(year + number // 12, number % 12 + 1, 1, tzinfo=SHANGHAI)


def day_start(day: date) -> datetime:
    """The first instant of `day` in Asia/Shanghai."""
    return datetime(day.year, day.month, day.day, tzinfo=SHANGHAI)


def days(n: int) -> timedelta:
    """`n` times 24 hours."""
    return timedelta(days=n)
