"""What other modules may know of points: what was earned, what it buys, which benefits somebody has, and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar

from xintui.kernel.errors import DomainError, Kind


@dataclass(frozen=True, slots=True)
class Earned:
    """One thing that earns points, once per member and key. `points` are whole; the rule says what they are for."""

    member_id: str
    key: str
    rule: str
    points: int
    day: date
    says: str
    ref: str = ""


@dataclass(frozen=True, slots=True)
class Earning:
    """What was earned, until when it can be used. What expires first is used first."""

    id: str
    member_id: str
    rule: str
    title: str
    points: int
    day: date
    expires_on: date
    says: str
    ref: str


@dataclass(frozen=True, slots=True)
class Account:
    """How many points somebody has. `free` can be spent, `pledged` stand for part of a deposit."""

    member_id: str
    earned: int
    used: int
    free: int
    pledged: int
    expiring: int
    expires_on: date | None
    """What goes first, and on which day, if nothing is used before."""


@dataclass(frozen=True, slots=True)
class Line:
    """One move as its owner reads it; `points` is negative for what went away."""

    verb: str
    title: str
    says: str
    on: date
    at: datetime
    points: int
    balance: int


class Effect(StrEnum):
    """What a tool does; each is carried out by the module it names."""

    APPEAL_FAST = "appeal_fast"
    PART_LATER = "part_later"
    POSTER_PRINT = "poster_print"


class VoucherState(StrEnum):
    HELD = "held"
    USED = "used"
    RETURNED = "returned"
    EXPIRED = "expired"


VOUCHER_NAMES: Mapping[VoucherState, str] = {
    VoucherState.HELD: "可使用",
    VoucherState.USED: "已使用",
    VoucherState.RETURNED: "已退回",
    VoucherState.EXPIRED: "已过期",
}


class VoucherVerb(StrEnum):
    USE = "use"
    GIVE_BACK = "give_back"
    EXPIRE = "expire"


@dataclass(frozen=True, slots=True)
class Tool:
    """One thing in the catalogue. `left` of `per_month` may still be redeemed by this member this month."""

    code: str
    title: str
    says: str
    where: str
    points: int
    effect: Effect
    amount: int
    valid_days: int
    per_month: int
    left: int


@dataclass(frozen=True, slots=True)
class Voucher:
    """A tool that was redeemed: used once, given back while it is not, or over."""

    id: str
    member_id: str
    tool: str
    title: str
    effect: Effect
    amount: int
    points: int
    state: VoucherState
    at: datetime
    valid_until: datetime
    used_for: str
    ended_at: datetime | None


class CorrectionKind(StrEnum):
    GRANT = "grant"
    TAKE = "take"


CORRECTION_NAMES: Mapping[CorrectionKind, str] = {CorrectionKind.GRANT: "补发", CorrectionKind.TAKE: "扣回"}


class CorrectionState(StrEnum):
    ASKED = "asked"
    DONE = "done"
    REFUSED = "refused"


CORRECTION_STATES: Mapping[CorrectionState, str] = {
    CorrectionState.ASKED: "待复核",
    CorrectionState.DONE: "已执行",
    CorrectionState.REFUSED: "已驳回",
}


class CorrectionVerb(StrEnum):
    APPROVE = "approve"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class Correction:
    """人工更正: one person asks with a reason, another one carries it out. `number` names the case, once a member."""

    id: str
    member_id: str
    kind: CorrectionKind
    points: int
    number: str
    reason: str
    state: CorrectionState
    asked_by: str
    asked_at: datetime
    decided_by: str
    decided_at: datetime | None
    answer: str


@dataclass(frozen=True, slots=True)
class Standing:
    """What benefits are derived from: the credit score (0: none) and the level. Nothing that is bought."""

    score: int = 0
    level: str = ""


class Perk(StrEnum):
    """权益: what somebody may have. How much of it, `benefits.json` says."""

    DEPOSIT_RELIEF = "deposit_relief"
    POINTS_OFFSET = "points_offset"
    FASTER_RELEASE = "faster_release"
    PRIORITY_GOODS = "priority_goods"
    WITHDRAWAL_LIMIT = "withdrawal_limit"
    FEE_RELIEF = "fee_relief"
    FEATURED_LISTING = "featured_listing"
    EARLY_CAMPAIGNS = "early_campaigns"
    EXTRA_MATERIALS = "extra_materials"
    TRAINING_SEATS = "training_seats"
    ARBITRATION_LANE = "arbitration_lane"
    INSTALMENT_PLAN = "instalment_plan"


@dataclass(frozen=True, slots=True)
class Rung:
    """From this standing on the benefit is worth `value`."""

    score: int
    level: str
    value: int
    says: str


@dataclass(frozen=True, slots=True)
class Benefit:
    """A benefit as it stands for somebody: what it is worth now, which rung gave it, what the next would ask."""

    code: Perk
    title: str
    says: str
    value: int
    now_says: str
    rungs: tuple[Rung, ...]
    at: int | None
    """Which rung counts; None: none yet."""
    open: bool
    """Whether the house has what it is about; a benefit that is not open yet gives nothing to anybody."""


@dataclass(eq=False)
class TooFewPoints(DomainError):
    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "points.too_few"
    says: ClassVar[str] = "积分不足：需要 {needed}，可用 {free}"

    needed: int
    free: int


@dataclass(eq=False)
class UnknownTool(DomainError):
    kind: ClassVar[Kind] = Kind.NOT_FOUND
    code: ClassVar[str] = "points.unknown_tool"
    says: ClassVar[str] = "没有可兑换的「{tool}」"

    tool: str


@dataclass(eq=False)
class MonthUsed(DomainError):
    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "points.month_used"
    says: ClassVar[str] = "「{title}」每月最多兑换 {per_month} 次，下月 1 日起可再兑换"

    title: str
    per_month: int


@dataclass(eq=False)
class PointsChanged(DomainError):
    """The price that was shown is not the price in force."""

    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "points.price_changed"
    says: ClassVar[str] = "所需积分有变化：现在是 {points}"

    points: int


@dataclass(eq=False)
class VoucherNotFound(DomainError):
    kind: ClassVar[Kind] = Kind.NOT_FOUND
    code: ClassVar[str] = "points.voucher_not_found"
    says: ClassVar[str] = "没有找到兑换券 {voucher_id}"

    voucher_id: str


@dataclass(eq=False)
class VoucherNotFit(DomainError):
    """It is for something else, or its time is over."""

    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "points.voucher_not_fit"
    says: ClassVar[str] = "「{title}」不能用在这里，或已过有效期"

    title: str


@dataclass(eq=False)
class CorrectionNotFound(DomainError):
    kind: ClassVar[Kind] = Kind.NOT_FOUND
    code: ClassVar[str] = "points.correction_not_found"
    says: ClassVar[str] = "没有找到积分更正 {correction_id}"

    correction_id: str


@dataclass(eq=False)
class OwnCorrection(DomainError):
    """Points stand for part of a deposit: who asks for them does not give them."""

    kind: ClassVar[Kind] = Kind.FORBIDDEN
    code: ClassVar[str] = "points.own_correction"
    says: ClassVar[str] = "积分更正 {correction_id} 由您提出，须由另一人复核"

    correction_id: str


@dataclass(eq=False)
class NumberTaken(DomainError):
    """The same case is to be corrected in another way."""

    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "points.number_taken"
    says: ClassVar[str] = "事由编号 {number} 已用于这个账户的另一笔更正"

    number: str


@dataclass(eq=False)
class MemberNotFound(DomainError):
    kind: ClassVar[Kind] = Kind.NOT_FOUND
    code: ClassVar[str] = "points.member_not_found"
    says: ClassVar[str] = "没有找到积分账户 {member_id}"

    member_id: str
