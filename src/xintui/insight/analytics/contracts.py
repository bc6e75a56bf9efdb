"""Words that cross the border of the analytics module."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import ClassVar, Final

from xintui.kernel.errors import DomainError, Kind


class Part(StrEnum):
    """By what a number is split. `SHOP` is the whole of a shop, `CLICK` its clicks by channel."""

    SHOP = "shop"
    PRODUCT = "product"
    PROMOTER = "promoter"
    PROVINCE = "province"
    CHANNEL = "channel"
    CLICK = "click"


PART_NAMES: Final[Mapping[str, str]] = {
    "shop": "店铺", "product": "商品", "promoter": "推客", "province": "省份", "channel": "渠道", "click": "点击",
}  # fmt: skip
NATURAL: Final = "natural"
"""The channel of an order that nobody's link brought."""
LOCKED: Final = "lock"
"""The channel of an order that fell to a promoter because the buyer was locked to her (锁客)."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What is counted.

    `placed` and the three after it follow the orders *placed* in the time; the next five count by the day of the
    payment and of the refund; `clicks` by the day of the click.
    """

    placed: int = 0
    bought: int = 0
    received: int = 0
    kept: int = 0
    orders: int = 0
    units: int = 0
    paid_fen: int = 0
    refunds: int = 0
    refunded_fen: int = 0
    clicks: int = 0

    @property
    def net_fen(self) -> int:
        """净销售额: what came in minus what went back."""
        return self.paid_fen - self.refunded_fen

    def __add__(self, other: "Figures") -> "Figures":
        return Figures(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(self)))


COUNTED: Final = tuple(one.name for one in fields(Figures))


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days on Shanghai's calendar, both ends included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def before(self) -> "Period":
        """The equally long time right before."""
        return Period(self.first - timedelta(days=self.days), self.first - timedelta(days=1))

    def each(self) -> list[date]:
        return [self.first + timedelta(days=n) for n in range(self.days)]


@dataclass(frozen=True, slots=True)
class Row:
    """One of a ranking: an id (or a province, or a channel) and its figures."""

    key: str
    figures: Figures


@dataclass(frozen=True, slots=True)
class Board:
    """Everything a first page draws. `days` has every day of the period and of the one before, empty ones too."""

    period: Period
    as_of: datetime | None
    days: Mapping[date, Figures]
    now: Figures
    before: Figures
    promoted: Figures
    """The funnel: clicks, and the orders that somebody's link brought."""
    natural: Figures
    products: tuple[Row, ...] = ()
    promoters: tuple[Row, ...] = ()
    shops: tuple[Row, ...] = ()
    provinces: tuple[Row, ...] = ()
    channels: tuple[Row, ...] = ()


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What a turn of the job did."""

    shop_days: int = 0
    click_rows: int = 0


@dataclass(eq=False)
class BadPeriod(DomainError):
    """Only a few lengths are offered: each is one press, and each is fast."""

    kind: ClassVar[Kind] = Kind.INVALID
    code: ClassVar[str] = "analytics.bad_period"
    says: ClassVar[str] = "统计区间只能是近 {offered} 天，不能是 {days}"

    days: str
    offered: str = field(default="7、30、90")
