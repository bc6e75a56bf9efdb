"""What other modules may know of credit: signals that go in, scores that come out, and why they are what they are."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar, Final

from xintui.kernel.errors import DomainError, Kind

WHOLE: Final = 1000
"""The best score there is."""


class SubjectKind(StrEnum):
    PROMOTER = "promoter"
    MERCHANT = "merchant"


SUBJECT_NAMES: Mapping[SubjectKind, str] = {SubjectKind.PROMOTER: "推客", SubjectKind.MERCHANT: "商家"}


class Scale(StrEnum):
    """信用分 and 服务分 of a promoter, 店铺分 of a shop: the same indicators, weighed differently."""

    CREDIT = "credit"
    SERVICE = "service"
    SHOP = "shop"


class How(StrEnum):
    """How an indicator's signals become its value."""

    RATE = "rate"
    LESS = "less"
    STATE = "state"
    SINCE = "since"
    WEEKS = "weeks"


@dataclass(frozen=True, slots=True)
class Signal:
    """One fact about somebody, counted once per (`subject_id`, `key`) for ever.

    `good` of `total`, in the indicator's own unit: orders, fen, days. A refund takes `good` away on the day of the
    sale it undoes. For a state `good` is the new value in basis points. `ref` names what it is about; `says` is a
    short sentence for the person concerned.
    """

    subject_id: str
    key: str
    indicator: str
    day: date
    at: datetime
    good: int
    total: int
    says: str = ""
    ref: str = ""


@dataclass(frozen=True, slots=True)
class Subject:
    """Who has a score, and since when. Whoever is not known yet becomes known by the first signal."""

    id: str
    kind: SubjectKind
    since: date


@dataclass(frozen=True, slots=True)
class Score:
    """As stored: `points` and `values_bp` in the order of the version's indicators that the scale weighs."""

    subject_id: str
    scale: Scale
    score: int
    points: tuple[int, ...]
    values_bp: tuple[int, ...]
    as_of: date
    version: str


@dataclass(frozen=True, slots=True)
class Point:
    """One indicator's share of a score, in words. `value_bp` 0 to 10,000; `raise_by` points by doing `raise_says`."""

    code: str
    title: str
    points: int
    of: int
    value_bp: int
    good: int
    total: int
    unit: str
    says: str
    raise_by: int
    raise_says: str
    source: str
    window_days: int
    half_life_days: int
    how: How


@dataclass(frozen=True, slots=True)
class Explained:
    """A score computed anew from the signals. `agrees`: it is the stored one, point for point."""

    subject_id: str
    scale: Scale
    title: str
    score: int
    band: str
    next_band: str
    next_from: int | None
    points: tuple[Point, ...]
    as_of: date
    version: str
    source: str
    agrees: bool


@dataclass(frozen=True, slots=True)
class Wish:
    """What might happen to an indicator, in its own unit: so much goes well, so much badly.

    Of a state `well` is what it would be, in percent; of weeks, how many more; what only counts incidents has `badly`.
    """

    well: int = 0
    badly: int = 0


@dataclass(frozen=True, slots=True)
class Imagined:
    """The score as it would be on a day: `then` points by indicator, beside what they are now."""

    scale: Scale
    day: date
    score_now: int
    score: int
    band: str
    now: Mapping[str, int]
    then: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Heard:
    """A signal as its subject reads it, `figures` in its unit. `lowers`: it takes away, so it can be appealed."""

    id: str
    key: str
    indicator: str
    title: str
    day: date
    at: datetime
    good: int
    total: int
    figures: str
    says: str
    ref: str
    lowers: bool
    voided: bool


@dataclass(frozen=True, slots=True)
class Trend:
    """The score on the days on which it changed, oldest first."""

    days: tuple[date, ...]
    scores: tuple[int, ...]


@dataclass(frozen=True)
class ScoreMoved:
    """A score crossed into another band."""

    topic: ClassVar[str] = "credit.moved"
    subject_id: str
    scale: str
    before: int
    after: int
    band: str
    band_before: str
    day: date
    at: datetime


@dataclass(eq=False)
class NoScore(DomainError):
    kind: ClassVar[Kind] = Kind.NOT_FOUND
    code: ClassVar[str] = "credit.no_score"
    says: ClassVar[str] = "{subject_id} 还没有信用记录"

    subject_id: str


@dataclass(eq=False)
class SignalNotFound(DomainError):
    kind: ClassVar[Kind] = Kind.NOT_FOUND
    code: ClassVar[str] = "credit.signal_not_found"
    says: ClassVar[str] = "没有找到信用记录 {signal_id}"

    signal_id: str


@dataclass(eq=False)
class NotAppealable(DomainError):
    """Only what lowers the score can be appealed, and what was made void is gone already."""

    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "credit.not_appealable"
    says: ClassVar[str] = "这条记录没有降低分数，或已经撤销，不需要申诉"

    signal_id: str


@dataclass(eq=False)
class UnknownIndicator(DomainError):
    code: ClassVar[str] = "credit.unknown_indicator"
    says: ClassVar[str] = "没有「{indicator}」这项指标"

    indicator: str


@dataclass(eq=False)
class StretchFailed(DomainError):
    """One of the hands that go through everybody had to stop; what was finished stays and is true."""

    kind: ClassVar[Kind] = Kind.UNAVAILABLE
    code: ClassVar[str] = "credit.stretch_failed"
    says: ClassVar[str] = "信用分重算中断在主体「{after}」之后的一段，已完成的各段不受影响，可以再次运行；原因：{why}"

    after: str
    until: str
    why: str
