"""What others may know of rosters: a roster, a seat, how both stand for one promoter and why, what may be refused."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from xintui.kernel.errors import DomainError, Kind
from xintui.trust.points.contracts import Benefit, Standing


class State(StrEnum):
    DRAFT = "draft"
    ANNOUNCED = "announced"
    OPEN = "open"
    CLOSED = "closed"
    CANCELLED = "cancelled"


STATE_NAMES: Mapping[State, str] = {
    State.DRAFT: "草稿",
    State.ANNOUNCED: "预告中",
    State.OPEN: "进行中",
    State.CLOSED: "已结束",
    State.CANCELLED: "已取消",
}


class Verb(StrEnum):
    ANNOUNCE = "announce"
    OPEN = "open"
    CLOSE = "close"
    CANCEL = "cancel"


class SeatState(StrEnum):
    WAITING = "waiting"
    HELD = "held"
    LEFT = "left"
    RETURNED = "returned"
    LAPSED = "lapsed"
    OVER = "over"


SEAT_NAMES: Mapping[SeatState, str] = {
    SeatState.WAITING: "候补中",
    SeatState.HELD: "持有名额",
    SeatState.LEFT: "已退出候补",
    SeatState.RETURNED: "已退回",
    SeatState.LAPSED: "未使用，已收回",
    SeatState.OVER: "已结束",
}


class SeatVerb(StrEnum):
    SEAT = "seat"
    LEAVE = "leave"
    GIVE_BACK = "give_back"
    LAPSE = "lapse"
    END = "end"


@dataclass(frozen=True, slots=True)
class Draft:
    """What a shop writes down: which of its goods, how many seats, from when until when, a word to each promoter."""

    product_id: str
    seats: int
    opens_at: datetime
    ends_at: datetime
    note: str = ""


@dataclass(frozen=True, slots=True)
class Roster:
    """`early_seats`: how many may go before `opens_at`; everybody sees it from `public_at` on."""

    id: str
    merchant_id: str
    merchant_name: str
    product_id: str
    product_title: str
    note: str
    seats: int
    early_seats: int
    taken: int
    early: int
    waiting: int
    state: State
    opens_at: datetime
    ends_at: datetime
    public_at: datetime
    announced_at: datetime | None
    use_hours: int
    ended_at: datetime | None
    reason: str
    version: str

    @property
    def free(self) -> int:
        return self.seats - self.taken


@dataclass(frozen=True, slots=True)
class Seat:
    """A place on a roster or in its waiting list. `score`, `level`, `hours`: what was true when it was taken."""

    id: str
    roster_id: str
    promoter_id: str
    name: str
    state: SeatState
    early: bool
    since: datetime
    seated_at: datetime | None
    use_by: datetime | None
    used_at: datetime | None
    ended_at: datetime | None
    score: int
    level: str
    hours: int


class May(StrEnum):
    """What a promoter can do about a roster now."""

    CLAIM = "claim"
    WAIT = "wait"
    GIVE_BACK = "give_back"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Mine:
    """A roster as it stands for one promoter. `own_from`: her hour; `ahead`: how many wait before her."""

    roster: Roster
    seat: Seat | None
    own_from: datetime
    may: May
    says: str
    ahead: int


@dataclass(frozen=True, slots=True)
class Turn:
    """Why her hour is what it is: her standing, and which rung of both benefits counts."""

    standing: Standing
    priority: Benefit
    preview: Benefit


@dataclass(frozen=True)
class SeatGiven:
    """Somebody who waited has a seat."""

    topic: ClassVar[str] = "rosters.given"
    seat_id: str
    roster_id: str
    promoter_id: str
    product_title: str
    use_by: datetime | None
    at: datetime


@dataclass(frozen=True)
class SeatLapsed:
    """Nobody made a link with it: it went back to the list."""

    topic: ClassVar[str] = "rosters.lapsed"
    seat_id: str
    roster_id: str
    promoter_id: str
    product_title: str
    hours: int
    at: datetime


@dataclass(frozen=True)
class RosterCancelled:
    """The shop has called it off; whom it was promised to."""

    topic: ClassVar[str] = "rosters.cancelled"
    roster_id: str
    promoter_ids: tuple[str, ...]
    product_title: str
    reason: str
    at: datetime


@dataclass(eq=False)
class RosterNotFound(DomainError):
    kind: ClassVar[Kind] = Kind.NOT_FOUND
    code: ClassVar[str] = "rosters.not_found"
    says: ClassVar[str] = "没有找到推广名额 {roster_id}"

    roster_id: str


@dataclass(eq=False)
class NotOnSale(DomainError):
    code: ClassVar[str] = "rosters.not_on_sale"
    says: ClassVar[str] = "只能为本店在售的商品开放推广名额"

    product_id: str


@dataclass(eq=False)
class BadRoster(DomainError):
    code: ClassVar[str] = "rosters.bad"
    says: ClassVar[str] = "名额不能这样开放：{why}"

    why: str


@dataclass(eq=False)
class AlreadyOnRoster(DomainError):
    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "rosters.already"
    says: ClassVar[str] = "这件商品已有一份名额在预告或进行中，请等它结束或先取消"

    product_id: str


@dataclass(eq=False)
class NotYet(DomainError):
    """Before her hour."""

    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "rosters.not_yet"
    says: ClassVar[str] = "还没到您可以领取的时间：{at} 起"

    at: str


@dataclass(eq=False)
class EarlyGone(DomainError):
    """The share that may go early is gone; the rest waits for everybody."""

    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "rosters.early_gone"
    says: ClassVar[str] = "提前名额（{early}）已领完；其余 {left} 个 {at} 起对所有推客开放"

    early: int
    left: int
    at: str


@dataclass(eq=False)
class Full(DomainError):
    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "rosters.full"
    says: ClassVar[str] = "{seats} 个名额已满，可以排候补"

    seats: int


@dataclass(eq=False)
class NotFull(DomainError):
    """Nobody waits where there is something to have, or before everybody may have it."""

    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "rosters.not_full"
    says: ClassVar[str] = "名额开放且领满之后才需要候补"


@dataclass(eq=False)
class WaitingFull(DomainError):
    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "rosters.waiting_full"
    says: ClassVar[str] = "候补已满 {limit} 位"

    limit: int


@dataclass(eq=False)
class Over(DomainError):
    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "rosters.over"
    says: ClassVar[str] = "这份名额已结束或已取消"

    roster_id: str


@dataclass(eq=False)
class NoSeat(DomainError):
    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "rosters.no_seat"
    says: ClassVar[str] = "您在这份名额上没有可以退回的名额或候补"

    roster_id: str


@dataclass(eq=False)
class SeatNeeded(DomainError):
    """The gate of new links: while a roster stands, they are for those who have a seat."""

    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "rosters.seat_needed"
    says: ClassVar[str] = "「{title}」限量推广，新链接需要名额：{how}。您已有的链接照常计佣"

    title: str
    how: str
    roster_id: str


@dataclass(eq=False)
class NotAppealable(DomainError):
    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "rosters.not_appealable"
    says: ClassVar[str] = "只有被收回的名额可以申诉"

    roster_id: str
