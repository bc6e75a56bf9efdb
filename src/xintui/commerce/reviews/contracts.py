"""What other modules may know about reviews."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from xintui.foundation.identity.contracts import Principal
from xintui.kernel.errors import DomainError, Kind


@dataclass(frozen=True, slots=True)
class Review:
    """`author` is masked when it is written: the full name is not kept here at all."""

    id: str
    merchant_id: str
    product_id: str
    order_id: str
    line_id: str
    author: str
    spec: str
    stars: int
    text: str
    pictures: tuple[str, ...]
    written_at: datetime
    more: str
    more_at: datetime | None
    reply: str
    reply_at: datetime | None
    hidden: bool
    hidden_reason: str


@dataclass(frozen=True, slots=True)
class Score:
    """How a product is judged; hidden reviews do not count. `average_x10`: 47 is 4.7 stars, 0 without a review."""

    count: int
    average_x10: int
    stars: tuple[int, int, int, int, int]
    """How many gave one star, two, … five."""


@dataclass(frozen=True, slots=True)
class ReviewDraft:
    """What a buyer writes."""

    order_id: str
    line_id: str
    stars: int
    text: str = ""
    pictures: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Writing:
    """A draft, who hands it in, and when."""

    draft: ReviewDraft
    by: Principal
    now: datetime


@dataclass(frozen=True)
class ReviewWritten:
    """A verified buyer has given stars."""

    topic: ClassVar[str] = "reviews.written"
    review_id: str
    order_id: str
    line_id: str
    product_id: str
    merchant_id: str
    stars: int
    at: datetime


@dataclass(frozen=True)
class ReviewShown:
    """A review was hidden from everybody, or shown again."""

    topic: ClassVar[str] = "reviews.shown"
    review_id: str
    product_id: str
    merchant_id: str
    shown: bool
    written_at: datetime


@dataclass(eq=False)
class ReviewNotFound(DomainError):
    kind: ClassVar[Kind] = Kind.NOT_FOUND
    code: ClassVar[str] = "reviews.not_found"
    says: ClassVar[str] = "没有找到评价 {review_id}"

    review_id: str


@dataclass(eq=False)
class NotReceived(DomainError):
    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "reviews.not_received"
    says: ClassVar[str] = "确认收货后才能评价"

    order_id: str


@dataclass(eq=False)
class AlreadyReviewed(DomainError):
    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "reviews.already_reviewed"
    says: ClassVar[str] = "该商品已经评价过，每件商品可评价一次、追评一次"

    line_id: str


@dataclass(eq=False)
class BadReview(DomainError):
    code: ClassVar[str] = "reviews.bad_review"
    says: ClassVar[str] = "评价无法提交：{reason}"

    reason: str
