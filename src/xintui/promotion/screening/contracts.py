"""What others may know of screening: the 18 fields, a search and what it finds, visibility, lists, invitations."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar, Final

from xintui.kernel.errors import DomainError, Kind

DEPOSIT: Final = "deposit_fen"
SERVICE: Final = "service"
"""The two dimensions."""


class FieldKind(StrEnum):
    NUMBER = "number"
    BAND = "band"
    ENUM = "enum"


@dataclass(frozen=True, slots=True)
class Field:
    """One of the 18. `module` and `source`: whose fact it is; `hidden`: not shown until the promoter shows it."""

    key: str
    title: str
    unit: str
    kind: FieldKind
    module: str
    source: str
    window_days: int
    fresh: str
    hideable: bool
    hidden: bool
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Range:
    """From `low` to `high`, both included; None: no end. Who is unknown is in no range."""

    key: str
    low: int | None = None
    high: int | None = None


@dataclass(frozen=True, slots=True)
class OneOf:
    """One of these values. Who is unknown has none of them."""

    key: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """Known, or (`known` false) not: hidden and missing are the same."""

    key: str
    known: bool = True


Filter = Range | OneOf | Known


@dataclass(frozen=True, slots=True)
class Sort:
    """By a field; the unknown last in both directions, then in a fixed order."""

    key: str = SERVICE
    descending: bool = True


@dataclass(frozen=True, slots=True)
class Search:
    filters: tuple[Filter, ...] = ()
    sort: Sort = Sort()


@dataclass(frozen=True, slots=True)
class Profile:
    """A promoter as shops see it. `values` has every field's key; None: hidden or unknown, nobody can tell which.

    `featured`: stands before others of the same value (精选展示); only ever by a credit and a level that are shown.
    """

    promoter_id: str
    name: str
    values: Mapping[str, int | str | None]
    as_of: date
    featured: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """A page. `count`: how many in all, never more than `counted_up_to` + 1, which means more than that."""

    items: tuple[Profile, ...]
    count: int
    next: str | None


@dataclass(frozen=True, slots=True)
class Cell:
    """Those of a search within a stretch of deposit (None: unknown) and of service; counted as `Found.count` is."""

    deposit: Range | None
    service: Range
    count: int


@dataclass(frozen=True, slots=True)
class Shown:
    """One field of one promoter, with what there is to say about it."""

    field: Field
    value: int | str | None
    says: str
    as_of: date
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Visibility:
    """What a promoter decided. `listed` false: found by nobody. `invitable` false: no shop may invite."""

    promoter_id: str
    listed: bool
    hidden: frozenset[str]
    invitable: bool
    changed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody on a shop's list; `profile` None: found by nobody any more."""

    promoter_id: str
    note: str
    added_at: datetime
    profile: Profile | None


class State(StrEnum):
    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


STATE_NAMES: Mapping[State, str] = {
    State.OPEN: "待回应",
    State.ACCEPTED: "已接受",
    State.DECLINED: "已谢绝",
    State.WITHDRAWN: "已撤回",
    State.EXPIRED: "已过期",
}


class Verb(StrEnum):
    ACCEPT = "accept"
    DECLINE = "decline"
    WITHDRAW = "withdraw"
    EXPIRE = "expire"


@dataclass(frozen=True, slots=True)
class Invitation:
    """A shop asks somebody to promote its goods. It pays nothing and recruits nobody."""

    id: str
    merchant_id: str
    merchant_name: str
    promoter_id: str
    name: str
    product_id: str
    product_title: str
    message: str
    state: State
    sent_at: datetime
    expires_at: datetime
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class Standing:
    """How current the search table is, for whoever runs the house."""

    version: int
    listed: int
    rows: int
    stale: int
    counted_on: date | None
    refreshed_at: datetime | None


@dataclass(frozen=True)
class InvitationSent:
    topic: ClassVar[str] = "screening.sent"
    invitation_id: str
    merchant_id: str
    merchant_name: str
    promoter_id: str
    product_title: str
    expires_at: datetime
    at: datetime


@dataclass(frozen=True)
class InvitationAnswered:
    topic: ClassVar[str] = "screening.answered"
    invitation_id: str
    merchant_id: str
    promoter_id: str
    name: str
    product_title: str
    accepted: bool
    at: datetime


@dataclass(eq=False)
class BadFilter(DomainError):
    code: ClassVar[str] = "screening.bad_filter"
    says: ClassVar[str] = "筛选条件「{words}」无法理解：{why}"

    words: str
    why: str


@dataclass(eq=False)
class NotHideable(DomainError):
    code: ClassVar[str] = "screening.not_hideable"
    says: ClassVar[str] = "「{title}」对商家公开；不想被看到可以选择不被搜索"

    title: str


@dataclass(eq=False)
class NotFound(DomainError):
    """Not a promoter, or one who is found by nobody: nobody can tell which."""

    kind: ClassVar[Kind] = Kind.NOT_FOUND
    code: ClassVar[str] = "screening.not_found"
    says: ClassVar[str] = "没有找到推客 {promoter_id}"

    promoter_id: str


@dataclass(eq=False)
class TooMany(DomainError):
    code: ClassVar[str] = "screening.too_many"
    says: ClassVar[str] = "一次最多 {limit} 位"

    limit: int


@dataclass(eq=False)
class ShortlistFull(DomainError):
    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "screening.shortlist_full"
    says: ClassVar[str] = "候选名单最多 {limit} 位，请先移出一些"

    limit: int


@dataclass(eq=False)
class NotInvitable(DomainError):
    """All invitations, or this shop's: nobody can tell which."""

    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "screening.not_invitable"
    says: ClassVar[str] = "对方目前不接受邀请"


@dataclass(eq=False)
class AlreadyInvited(DomainError):
    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "screening.already_invited"
    says: ClassVar[str] = "已有一封待回应的邀请，请等对方回应或先撤回"


@dataclass(eq=False)
class DailyCapReached(DomainError):
    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "screening.daily_cap"
    says: ClassVar[str] = "今天已发出 {limit} 封邀请，请明天再邀请"

    limit: int


@dataclass(eq=False)
class NotOnSale(DomainError):
    code: ClassVar[str] = "screening.not_on_sale"
    says: ClassVar[str] = "只能邀请推广本店在售的商品"

    product_id: str


@dataclass(eq=False)
class LeadsOutside(DomainError):
    code: ClassVar[str] = "screening.leads_outside"
    says: ClassVar[str] = "邀请里不能留网址、电话、微信号等联系方式"


@dataclass(eq=False)
class InvitationNotFound(DomainError):
    kind: ClassVar[Kind] = Kind.NOT_FOUND
    code: ClassVar[str] = "screening.invitation_not_found"
    says: ClassVar[str] = "没有找到邀请 {invitation_id}"

    invitation_id: str


@dataclass(eq=False)
class InvitationOver(DomainError):
    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "screening.invitation_over"
    says: ClassVar[str] = "这封邀请已过期"

    invitation_id: str
