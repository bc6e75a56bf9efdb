"""What others may know: two kinds of subjects, two outcomes, a pattern with both its counts, a stock's speed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import ClassVar

from xintui.kernel.errors import DomainError, Kind


class Subject(StrEnum):
    GOODS = "goods"
    PROMOTERS = "promoters"


SUBJECT_NAMES: Mapping[Subject, str] = {Subject.GOODS: "商品", Subject.PROMOTERS: "推客"}
UNITS: Mapping[Subject, str] = {Subject.GOODS: "件商品", Subject.PROMOTERS: "位推客"}


class Outcome(StrEnum):
    """By what the best fifth is the best."""

    CONVERSION = "conversion"
    SALES = "sales"


OUTCOME_NAMES: Mapping[Outcome, str] = {Outcome.CONVERSION: "转化率（点击到付款）", Outcome.SALES: "净销售额"}


class Sign(StrEnum):
    """Whether the interval of the difference is above nought, below, or leaves it open."""

    MORE = "more"
    LESS = "less"
    OPEN = "open"


SIGN_NAMES: Mapping[Sign, str] = {Sign.MORE: "更常见", Sign.LESS: "更少见", Sign.OPEN: "看不出差别"}


@dataclass(frozen=True, slots=True)
class Case:
    """A product or a promoter: how well it did, and what is known of it; what is not known is absent."""

    id: str
    clicks: int
    orders: int
    net_fen: int
    has: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Pattern:
    """One value of one attribute: how many of the best have it and how many of the others, and how sure that is."""

    attribute: str
    value: str
    top_with: int
    top: int
    rest_with: int
    rest: int
    diff_bp: int
    low_bp: int
    high_bp: int
    lift_milli: int | None
    """How many times as frequent among the best (thousandths); None where none of the others has it."""
    sign: Sign


@dataclass(frozen=True, slots=True)
class Found:
    """`border`: what the last of the best has reached (basis points, or fen). `left_out`: values with too few."""

    merchant_id: str
    subject: Subject
    outcome: Outcome
    day: date
    days: int
    top: int
    rest: int
    border: int
    patterns: tuple[Pattern, ...]
    left_out: int
    version: str


@dataclass(frozen=True, slots=True)
class Stock:
    """A product's stock over `days`: what is there, what was sold, how much there was on average (thousandths of one).

    `turnover_centi`: how many times the average was sold (hundredths), None where there was none; `days_left`: how
    long what is there lasts at that speed, None where nothing sells.
    """

    product_id: str
    merchant_id: str
    on_hand: int
    sold: int
    days: int
    average_milli: int
    turnover_centi: int | None
    days_left: int | None
    slow: bool
    counted_on: date


@dataclass(frozen=True, slots=True)
class StockDay:
    """A product's stock at the end of a day, and what was sold on it."""

    day: date
    on_hand: int
    sold: int


@dataclass(eq=False)
class NotCounted(DomainError):
    """The nightly count has not run for this shop yet."""

    kind: ClassVar[Kind] = Kind.NOT_FOUND
    code: ClassVar[str] = "patterns.not_counted"
    says: ClassVar[str] = "还没有统计；后台任务每天统计一次"


@dataclass(eq=False)
class TurnoverNotFound(DomainError):
    kind: ClassVar[Kind] = Kind.NOT_FOUND
    code: ClassVar[str] = "patterns.turnover_not_found"
    says: ClassVar[str] = "没有商品 {product_id} 的周转数据"

    product_id: str
