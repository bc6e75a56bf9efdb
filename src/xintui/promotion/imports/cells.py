"""What one cell of the invoices says, exactly. Each distinct value is judged once."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final, Generic, NamedTuple, TypeVar
from zoneinfo import ZoneInfo

from xintui.kernel.money import LIMIT_MINOR

LONDON: Final = ZoneInfo("Europe/London")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_NUMBER: Final = re.compile(r"-?[0-9]{1,30}(\.[0-9]{1,30})?([eE][+-]?[0-9]{1,2})?")
_ORIGINAL_TIME: Final = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4}) ([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?")
_REMEMBERED: Final = 200_000

T = TypeVar("T")


class Remembering(dict[Any, T], Generic[T]):
    """A function of a cell that remembers its answers; when they become too many it forgets them all."""

    def __init__(self, judge: Callable[[Any], T]) -> None:
        super().__init__()
        self.judge = judge

    def __missing__(self, cell: Any) -> T:
        if len(self) >= _REMEMBERED:
            self.clear()
        answer = self[cell] = self.judge(cell)
        return answer


@dataclass(frozen=True, slots=True)
class Price:
    """Pounds for one piece as the exact fraction of pence that the decimal text means."""

    pence: int
    per: int

    def times(self, quantity: int) -> int:
        """quantity × price in whole pence, rounded half up."""
        return (2 * quantity * self.pence + self.per) // (2 * self.per)


@dataclass(frozen=True, slots=True)
class Instant:
    """A UK wall-clock time: as text with its offset, and as a number to compare."""

    text: str
    microseconds: int


class Entry(NamedTuple):
    """A row whose cells all make sense. `position` is its place within its invoice, `number` its place in the file."""

    number: int
    invoice: str
    position: int
    stock: str
    quantity: int
    at: Instant
    price: Price
    customer: str


def name(cell: Any) -> str:
    """An invoice, a stock code or a customer as text. Spreadsheets turn 17850 into 17850.0; we turn it back."""
    if cell is None or cell != cell:  # noqa: PLR0124 - NaN is how pandas writes "no customer"
        return ""
    if isinstance(cell, bool) or (isinstance(cell, float) and cell.is_integer()):
        return str(int(cell))
    return str(cell).strip()


def customer(cell: Any) -> str:
    """Like `name`; CSV files made by pandas carry the `.0` in the text."""
    return re.sub(r"^([0-9]+)\.0$", r"\1", name(cell))


def _decimal(cell: Any) -> Decimal | None:
    """The number as it is written. A float stands for its shortest text (2.55, not 2.54999…)."""
    if isinstance(cell, bool):  # as a dict key TRUE is 1, so it must mean 1
        cell = int(cell)
    text = repr(cell) if isinstance(cell, int | float) else str(cell).strip()
    return Decimal(text) if _NUMBER.fullmatch(text) else None


def quantity(cell: Any) -> int | None:
    """A whole number of pieces, or None."""
    number = _decimal(cell)
    if number is None or number.copy_abs() > LIMIT_MINOR or number != int(number):
        return None
    return int(number)


def price(cell: Any) -> Price | None:
    """Pounds, or None if it is no number."""
    number = _decimal(cell)
    if number is None or number.copy_abs() > LIMIT_MINOR:
        return None
    assert not isinstance(cell, float) or float(number) == cell, "a price lost its exact value"
    exact = Fraction(number) * 100
    return Price(exact.numerator, exact.denominator)


def instant(cell: Any) -> Instant | None:
    """A naive time of the UK, or None. Text is the original's month/day/year or ISO 8601 without offset.

    In the hour that autumn repeats the first one is meant.
    """
    if isinstance(cell, date) and not isinstance(cell, datetime):  # how a spreadsheet gives midnight
        cell = datetime.combine(cell, time())
    at = cell if isinstance(cell, datetime) else _written(str(cell).strip())
    if at is None or at.tzinfo is not None or not 1900 <= at.year <= 9000:
        return None
    at = at.replace(tzinfo=LONDON)
    return Instant(at.isoformat(), (at - _EPOCH) // timedelta(microseconds=1))


def _written(text: str) -> datetime | None:
    try:
        if found := _ORIGINAL_TIME.fullmatch(text):
            month, day, year, hour, minute, second = (int(part or 0) for part in found.groups())
            return datetime(year, month, day, hour, minute, second)  # noqa: DTZ001 - the file names no zone
        return datetime.fromisoformat(text) if len(text) > len("2010-12-01") else None
    except ValueError:
        return None
