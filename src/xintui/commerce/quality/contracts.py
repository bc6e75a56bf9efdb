"""What other modules may know of goods' quality: how a product stands, why it is not promoted, what may be refused."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar

from xintui.kernel.errors import DomainError, Kind


class Measure(StrEnum):
    """What is counted: bad reviews among reviews, returns among lines received."""

    REVIEWS = "reviews"
    RETURNS = "returns"


MEASURE_NAMES: Mapping[Measure, str] = {Measure.REVIEWS: "差评率", Measure.RETURNS: "退货率"}


class Verdict(StrEnum):
    """BAD: over the limit, and surely so. OVER: over it, but so few that it may be chance. FEW: too few to tell."""

    GOOD = "good"
    FEW = "few"
    OVER = "over"
    BAD = "bad"


VERDICT_NAMES: Mapping[Verdict, str] = {
    Verdict.GOOD: "正常",
    Verdict.FEW: "样本不足",
    Verdict.OVER: "偏高，继续观察",
    Verdict.BAD: "超过上限",
}


class Cause(StrEnum):
    MEASURED = "measured"
    WARNED = "warned"


CAUSE_NAMES: Mapping[Cause, str] = {Cause.MEASURED: "差评或退货超过上限", Cause.WARNED: "风险预警未解除"}


class Ending(StrEnum):
    """Why a product is promoted again."""

    RECOVERED = "recovered"
    APPEAL = "appeal"
    CALM = "calm"
    MEASURED = "measured"


ENDING_NAMES: Mapping[Ending, str] = {
    Ending.RECOVERED: "指标恢复，自动解除",
    Ending.APPEAL: "申诉成立",
    Ending.CALM: "预警解除",
    Ending.MEASURED: "转为指标超限",
}


class Ended(StrEnum):
    """What became of a warning."""

    CALM = "calm"
    UNLISTED = "unlisted"
    TURNED = "turned"


ENDED_NAMES: Mapping[Ended, str] = {
    Ended.CALM: "风险下降，预警解除",
    Ended.UNLISTED: "通知期满，暂停推广",
    Ended.TURNED: "指标已超限",
}


@dataclass(frozen=True, slots=True)
class Figure:
    """One measure over one window, explained: `low_bp` is the least the true rate can be, as far as chance goes."""

    measure: Measure
    days: int
    count: int
    of: int
    rate_bp: int
    low_bp: int
    limit_bp: int
    least: int
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Standing:
    """How a product stands: its figures, the version of the terms that judged them, and whether it is promoted."""

    product_id: str
    merchant_id: str
    verdict: Verdict
    figures: tuple[Figure, ...]
    version: str
    judged_on: date
    risk_bp: int | None
    """The model's probability that it turns bad within 72 hours; None: nothing to judge by."""
    block: "Block | None" = None


@dataclass(frozen=True, slots=True)
class Block:
    """A time without promotion. `figures` are those of the moment it began."""

    id: str
    product_id: str
    merchant_id: str
    cause: Cause
    says: str
    figures: tuple[Figure, ...]
    version: str
    since: datetime
    until: datetime | None
    ending: Ending | None


@dataclass(frozen=True, slots=True)
class Reason:
    """Why the model warns: what was seen, and how much of the judgement it made (in hundredths)."""

    name: str
    says: str
    weight: int


@dataclass(frozen=True, slots=True)
class Alert:
    """The model expects the product to turn bad; after `unlists_at` it may not be promoted, if that still holds."""

    id: str
    product_id: str
    merchant_id: str
    risk_bp: int
    model: str
    reasons: tuple[Reason, ...]
    warned_at: datetime
    unlists_at: datetime
    ended: Ended | None
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Day:
    """A day of a product, and the two rates over the window that ends with it."""

    day: date
    reviews: int
    bad: int
    received: int
    returned: int
    bad_bp: int
    return_bp: int


@dataclass(frozen=True)
class ProductBlocked:
    """A product is not promoted from now on."""

    topic: ClassVar[str] = "quality.blocked"
    block_id: str
    product_id: str
    merchant_id: str
    cause: str
    says: str
    at: datetime


@dataclass(frozen=True)
class ProductRecovered:
    """It may be promoted again."""

    topic: ClassVar[str] = "quality.recovered"
    block_id: str
    product_id: str
    merchant_id: str
    ending: str
    at: datetime


@dataclass(frozen=True)
class ProductWarned:
    """The model expects it to turn bad; `says` are the reasons in the order of their weight."""

    topic: ClassVar[str] = "quality.warned"
    alert_id: str
    product_id: str
    merchant_id: str
    says: str
    unlists_at: datetime
    at: datetime


@dataclass(eq=False)
class NotPromoted(DomainError):
    """Buyers have suffered from it lately: no new link, and existing ones earn nothing new."""

    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "quality.not_promoted"
    says: ClassVar[str] = "该商品暂停推广：{why}。指标恢复后会自动重新开放"

    product_id: str
    why: str


@dataclass(eq=False)
class BlockNotFound(DomainError):
    kind: ClassVar[Kind] = Kind.NOT_FOUND
    code: ClassVar[str] = "quality.block_not_found"
    says: ClassVar[str] = "没有找到暂停推广记录 {block_id}"

    block_id: str


@dataclass(eq=False)
class BlockEnded(DomainError):
    """There is nothing to appeal against any more."""

    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "quality.block_ended"
    says: ClassVar[str] = "该商品已恢复推广，无需申诉"

    block_id: str


@dataclass(eq=False)
class StandingNotFound(DomainError):
    kind: ClassVar[Kind] = Kind.NOT_FOUND
    code: ClassVar[str] = "quality.not_found"
    says: ClassVar[str] = "该商品还没有质量记录"

    product_id: str
