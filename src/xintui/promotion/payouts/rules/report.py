"""The quarter of a report and its last day (国务院令第810号: within the month after the quarter)."""

import re
from datetime import date, timedelta

_QUARTER = re.compile(r"(20\d\d)Q([1-4])")


def months_of(quarter: str) -> tuple[str, str, str]:
    """`2026Q4` → its three months."""
    year, number = _parts(quarter)
    first = 3 * number - 2
    return (f"{year}-{first:02d}", f"{year}-{first + 1:02d}", f"{year}-{first + 2:02d}")


def due_on(quarter: str) -> date:
    """The last day of the month after the quarter."""
    year, number = _parts(quarter)
    month = 3 * number + 2  # the month after the one after
    return date(year + (month - 1) // 12, (month - 1) % 12 + 1, 1) - timedelta(days=1)


def quarter_of(day: date) -> str:
    """The quarter a day lies in."""
    return f"{day.year:04d}Q{(day.month + 2) // 3}"


def last_twelve(quarter: str) -> tuple[str, str]:
    """First and last month of the twelve that end with the quarter: the test of 500 万元 runs over them."""
    year, _ = _parts(quarter)
    last = months_of(quarter)[2]
    number = int(last[5:])
    return (f"{year}-01" if number == 12 else f"{year - 1}-{number + 1:02d}", last)


def _parts(quarter: str) -> tuple[int, int]:
    found = _QUARTER.fullmatch(quarter)
    assert found is not None, "a quarter reads 2026Q4"
    return int(found[1]), int(found[2])
