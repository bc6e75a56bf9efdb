"""What others may know of growth: the path, where somebody stands on it, and what the last review found."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar

from xintui.kernel.errors import DomainError, Kind


class Fact(StrEnum):
    """Everything a rule may ask for. There is no number of people among them, and there cannot be."""

    CREDIT = "credit"
    NET = "net_fen"
    ORDERS = "orders"
    TENURE = "tenure_days"


FACT_NAMES: Mapping[Fact, str] = {
    Fact.CREDIT: "信用分",
    Fact.NET: "成交净额",
    Fact.ORDERS: "成交订单",
    Fact.TENURE: "加入天数",
}


@dataclass(frozen=True, slots=True)
class Facts:
    """Of one promoter: credit score, own sales of the window less what came back, orders of the window, days here."""

    credit: int = 0
    net_fen: int = 0
    orders: int = 0
    tenure_days: int = 0

    def of(self, fact: Fact) -> int:
        return int(getattr(self, fact.value))


class Outcome(StrEnum):
    UP = "up"
    INVITED = "invited"
    STAYS = "stays"
    WARNED = "warned"
    DOWN = "down"


OUTCOME_NAMES: Mapping[Outcome, str] = {
    Outcome.UP: "升级",
    Outcome.INVITED: "达到城市合伙人条件，待平台邀请",
    Outcome.STAYS: "保持",
    Outcome.WARNED: "低于保级条件，下次复核仍低于则降级",
    Outcome.DOWN: "降级",
}


@dataclass(frozen=True, slots=True)
class Condition:
    """One thing a stage asks for, and how far one is."""

    fact: Fact
    title: str
    has: int
    needs: int

    @property
    def met(self) -> bool:
        return self.has >= self.needs


@dataclass(frozen=True, slots=True)
class Stage:
    """A step of the path with its benefits, as somebody sees it: `reached`, and what is still missing."""

    code: str
    title: str
    says: str
    benefits: tuple[str, ...]
    reached: bool
    current: bool
    conditions: tuple[Condition, ...]
    keeps: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Review:
    """What a month's review found, with the facts it went by."""

    id: str
    promoter_id: str
    month: date
    before: str
    after: str
    outcome: Outcome
    facts: Facts
    version: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Path:
    stages: tuple[Stage, ...]
    window_days: int
    version: str
    source: str
    next_review: date
    reviews: tuple[Review, ...]


@dataclass(eq=False)
class ReviewNotFound(DomainError):
    kind: ClassVar[Kind] = Kind.NOT_FOUND
    code: ClassVar[str] = "growth.review_not_found"
    says: ClassVar[str] = "没有找到复核记录 {review_id}"

    review_id: str


@dataclass(eq=False)
class NotAppealable(DomainError):
    """Only a step down takes something away."""

    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "growth.not_appealable"
    says: ClassVar[str] = "只有降级可以申诉"

    review_id: str


@dataclass(frozen=True)
class LevelMoved:
    """A review took somebody up or down."""

    topic: ClassVar[str] = "growth.moved"
    promoter_id: str
    before: str
    after: str
    title: str
    up: bool
    month: date
    at: datetime
