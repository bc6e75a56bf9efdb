"""What others may know of concentrations: what was found, how a case stands, what becomes of it, what is refused."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar, NamedTuple

from xintui.kernel.errors import DomainError, Kind


class About(StrEnum):
    """Whose after-sales: of a product, of a reason among a product's, of a shop, of a promoter, of a shop's region."""

    PRODUCT = "product"
    REASON = "reason"
    SHOP = "shop"
    PROMOTER = "promoter"
    REGION = "region"


ABOUT_NAMES: Mapping[About, str] = {
    About.PRODUCT: "商品",
    About.REASON: "商品同一原因",
    About.SHOP: "店铺",
    About.PROMOTER: "推客的订单",
    About.REGION: "店铺同一地区",
}


class State(StrEnum):
    OPEN = "open"
    CONFIRMED = "confirmed"
    CLEARED = "cleared"
    CALM = "calm"
    OVER = "over"


STATE_NAMES: Mapping[State, str] = {
    State.OPEN: "待核查",
    State.CONFIRMED: "已核实",
    State.CLEARED: "已排除",
    State.CALM: "已平息",
    State.OVER: "到期结束",
}
LIVE: frozenset[State] = frozenset({State.OPEN, State.CONFIRMED})
"""While a case is in one of these, what it touches waits."""


class Verb(StrEnum):
    CONFIRM = "confirm"
    CLEAR = "clear"
    CALM = "calm"
    RUN_OUT = "run_out"


class Cell(NamedTuple):
    """So many lines that are alike in everything that is compared. `first`: the line that stands for its order;
    `reason`: why after-sales was asked for it, empty for none; `asked`: whether it was for any line of the order."""

    merchant_id: str
    product_id: str
    category: str
    promoter_id: str
    province: str
    first: bool
    reason: str
    asked: bool
    lines: int


@dataclass(frozen=True, slots=True)
class Window:
    """So many days, and how many lines (orders) there have to be before anything is said."""

    days: int
    least: int


@dataclass(frozen=True, slots=True)
class Bar:
    """What has to be exceeded, all at once: counts, how many times and how much more than elsewhere, and chance."""

    windows: tuple[Window, ...]
    asked_min: int
    rest_min: int
    ratio_milli: int
    extra_bp: int
    q_ppm: int


@dataclass(frozen=True, slots=True)
class Figure:
    """One comparison. `expected_milli`: how many (thousandths) there would be, were it as elsewhere; `tested`: among
    how many comparisons of its kind it stood out."""

    days: int
    count: int
    of: int
    rest_count: int
    rest_of: int
    expected_milli: int
    chance: float
    against: str
    tested: int

    @property
    def rate_bp(self) -> int:
        return self.count * 10_000 // self.of if self.of else 0

    @property
    def usual_bp(self) -> int:
        return self.expected_milli * 10 // self.of if self.of else 0


@dataclass(frozen=True, slots=True)
class Finding:
    """`subject_id`: the product, shop or promoter; `detail`: the reason or the province; the shop where it is one's."""

    about: About
    merchant_id: str
    subject_id: str
    detail: str
    figure: Figure


@dataclass(frozen=True, slots=True)
class Case:
    """`until`: by then at the latest what waits is given free. `held_*`: what waits, as last told by who holds it."""

    id: str
    about: About
    merchant_id: str
    subject_id: str
    detail: str
    title: str
    says: str
    state: State
    figures: tuple[Figure, ...]
    lines: int
    asked: int
    held_lines: int
    held_fen: int
    since: date
    found_at: datetime
    seen_on: date
    until: datetime
    decided_by: str
    decided_at: datetime | None
    reason: str
    ended_at: datetime | None
    version: str

    @property
    def live(self) -> bool:
        return self.state in LIVE


@dataclass(frozen=True, slots=True)
class Touched:
    """A line that a case is about."""

    order_id: str
    line_id: str
    product_id: str
    promoter_id: str
    paid_at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Day:
    """Of the case's lines those paid on a day, and of these the ones that after-sales was asked for."""

    day: date
    lines: int
    asked: int


@dataclass(frozen=True)
class ConcentrationFound:
    """A case is open (`fresh`), or touches more than it did."""

    topic: ClassVar[str] = "concentration.found"
    case_id: str
    about: str
    merchant_id: str
    subject_id: str
    title: str
    says: str
    fresh: bool
    until: datetime
    at: datetime


@dataclass(frozen=True)
class ConcentrationConfirmed:
    """A person has looked: it is as it seems. What waits goes on waiting, at the latest until `until`."""

    topic: ClassVar[str] = "concentration.confirmed"
    case_id: str
    about: str
    merchant_id: str
    subject_id: str
    title: str
    says: str
    until: datetime
    at: datetime


@dataclass(frozen=True)
class ConcentrationCleared:
    """The case is over, or (`promoter_id`) over for one promoter: nothing waits for it any more."""

    topic: ClassVar[str] = "concentration.cleared"
    case_id: str
    about: str
    merchant_id: str
    subject_id: str
    title: str
    ending: str
    promoter_id: str
    says: str
    at: datetime


@dataclass(eq=False)
class CaseNotFound(DomainError):
    kind: ClassVar[Kind] = Kind.NOT_FOUND
    code: ClassVar[str] = "concentration.not_found"
    says: ClassVar[str] = "没有找到售后核查 {case_id}"

    case_id: str


@dataclass(eq=False)
class CaseOver(DomainError):
    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "concentration.over"
    says: ClassVar[str] = "这次核查已经结束，佣金已恢复释放"

    case_id: str
