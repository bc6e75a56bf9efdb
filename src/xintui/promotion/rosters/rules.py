"""A roster's life and a seat's; whose hour is when, what somebody may do now, until when a seat must be used."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from xintui.kernel.states import Flow
from xintui.kernel.times import SHANGHAI
from xintui.promotion.rosters.contracts import (
    BadRoster,
    Draft,
    EarlyGone,
    Full,
    NotFull,
    NotYet,
    Over,
    SeatState,
    SeatVerb,
    State,
    Verb,
    WaitingFull,
)
from xintui.promotion.rosters.tables import Terms

FLOW: Final[Flow[State, Verb]] = Flow(
    {
        (State.DRAFT, Verb.ANNOUNCE): State.ANNOUNCED,
        (State.DRAFT, Verb.CANCEL): State.CANCELLED,
        (State.ANNOUNCED, Verb.OPEN): State.OPEN,
        (State.ANNOUNCED, Verb.CANCEL): State.CANCELLED,
        (State.OPEN, Verb.CLOSE): State.CLOSED,
        (State.OPEN, Verb.CANCEL): State.CANCELLED,
    }
)
SEAT_FLOW: Final[Flow[SeatState, SeatVerb]] = Flow(
    {
        (SeatState.WAITING, SeatVerb.SEAT): SeatState.HELD,
        (SeatState.WAITING, SeatVerb.LEAVE): SeatState.LEFT,
        (SeatState.WAITING, SeatVerb.END): SeatState.OVER,
        (SeatState.HELD, SeatVerb.GIVE_BACK): SeatState.RETURNED,
        (SeatState.HELD, SeatVerb.LAPSE): SeatState.LAPSED,
        (SeatState.HELD, SeatVerb.END): SeatState.OVER,
    }
)
STANDING: Final = frozenset({State.ANNOUNCED, State.OPEN})
"""While a roster is one of these, new links to its product need a seat."""
LIVE: Final = frozenset({SeatState.WAITING, SeatState.HELD})


@dataclass(frozen=True, slots=True)
class Count:
    """How a roster stands when somebody comes."""

    state: State
    seats: int
    early_seats: int
    taken: int
    early: int
    waiting: int
    opens_at: datetime
    ends_at: datetime


def early_seats(seats: int, terms: Terms) -> int:
    """How many may go before everybody's hour, rounded down."""
    return seats * terms.early_share_bp // 10_000


def check(draft: Draft, terms: Terms, now: datetime) -> None:
    """What a roster must look like to be announced now. Raises `BadRoster`."""
    lead = draft.opens_at - now
    if not terms.least_seats <= draft.seats <= terms.most_seats:
        raise BadRoster(f"名额应在 {terms.least_seats} 到 {terms.most_seats} 之间")
    if lead < timedelta(hours=terms.notice_hours):
        raise BadRoster(f"开放时间至少在 {terms.notice_hours} 小时之后：先让所有推客看到，再开始领取")
    if lead > timedelta(days=terms.notice_days):
        raise BadRoster(f"开放时间最多在 {terms.notice_days} 天之后")
    if not timedelta(hours=1) <= draft.ends_at - draft.opens_at <= timedelta(days=terms.longest_days):
        raise BadRoster(f"结束时间应晚于开放时间至少 1 小时，最多 {terms.longest_days} 天")


def public_at(opens_at: datetime, terms: Terms) -> datetime:
    """From when on everybody sees it."""
    return opens_at - timedelta(days=terms.public_days)


def seen_from(public: datetime, days: int, announced_at: datetime) -> datetime:
    """From when on somebody sees it whose benefit is worth so many days; never before it is announced."""
    return max(public - timedelta(days=days), announced_at)


def own_from(opens_at: datetime, public: datetime, hours: int, announced_at: datetime) -> datetime:
    """Her hour: so many before everybody's, and never while others cannot even see that there is something."""
    return min(opens_at, max(opens_at - timedelta(hours=hours), public, announced_at))


def is_over(count: Count, now: datetime) -> bool:
    return count.state not in STANDING or now >= count.ends_at


def take(count: Count, own: datetime, now: datetime) -> bool:
    """Whether a seat taken now is an early one. Raises `Over`, `NotYet`, `EarlyGone`, `Full`."""
    if is_over(count, now):
        raise Over("")
    if now < own:
        raise NotYet(told(own))
    if now < count.opens_at and count.early >= count.early_seats:
        raise EarlyGone(count.early_seats, count.seats - count.taken, told(count.opens_at))
    if count.taken >= count.seats:
        raise Full(count.seats)
    return now < count.opens_at


def queue(count: Count, most: int, now: datetime) -> None:
    """Whether somebody may wait now. Raises `Over`, `NotFull`, `WaitingFull`."""
    if is_over(count, now):
        raise Over("")
    if now < count.opens_at or count.taken < count.seats:
        raise NotFull
    if count.waiting >= most:
        raise WaitingFull(most)


def use_by(opens_at: datetime, ends_at: datetime, hours: int, now: datetime) -> datetime | None:
    """Until when a link must be made with it; None: until the end. Nobody must use one before it opens."""
    until = max(now, opens_at) + timedelta(hours=hours)
    return until if until < ends_at else None


def how(count: Count, now: datetime) -> str:
    """What whoever has no seat reads where a new link is refused."""
    if now < count.opens_at:
        return f"{count.seats} 个名额 {told(count.opens_at)} 开放领取"
    if count.taken < count.seats:
        return f"还有 {count.seats - count.taken} 个名额，领取后即可生成"
    return f"{count.seats} 个名额已满，可以排候补"


def told(at: datetime) -> str:
    return f"{at.astimezone(SHANGHAI):%m月%d日 %H:%M}"
