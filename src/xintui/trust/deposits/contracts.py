"""What other modules may know of deposits: who holds one, what it is made of, and what it may refuse."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar

from xintui.kernel.errors import DomainError, Kind


class HolderKind(StrEnum):
    PROMOTER = "promoter"
    MERCHANT = "merchant"


HOLDER_NAMES: Mapping[HolderKind, str] = {HolderKind.PROMOTER: "推客", HolderKind.MERCHANT: "商家"}


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose deposit: a promoter's id or a merchant's."""

    kind: HolderKind
    id: str


class RiskClass(StrEnum):
    """How much a category's goods can hurt. 低风险 needs no deposit, ever."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Band(StrEnum):
    """风险档: A is the safest. By a rule table until there is enough data for a model."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"


class State(StrEnum):
    OPEN = "open"
    LEAVING = "leaving"
    CLOSED = "closed"


STATE_NAMES: Mapping[State, str] = {State.OPEN: "使用中", State.LEAVING: "退还中", State.CLOSED: "已退清"}


class Verb(StrEnum):
    LEAVE = "leave"
    STAY = "stay"
    EMPTY = "empty"


class PartKind(StrEnum):
    WHOLE = "whole"
    INSTALMENT = "instalment"
    TOP_UP = "top_up"
    RAISE = "raise"
    EXCESS = "excess"


PART_NAMES: Mapping[PartKind, str] = {
    PartKind.WHOLE: "全额",
    PartKind.INSTALMENT: "分期",
    PartKind.TOP_UP: "补足",
    PartKind.RAISE: "提高等级",
    PartKind.EXCESS: "多缴，自动退回",
}


class PartState(StrEnum):
    DUE = "due"
    PAID = "paid"
    CANCELLED = "cancelled"


PART_STATE_NAMES: Mapping[PartState, str] = {
    PartState.DUE: "待缴",
    PartState.PAID: "已缴",
    PartState.CANCELLED: "不再需要",
}


class ClaimState(StrEnum):
    OPEN = "open"
    PAID = "paid"
    DROPPED = "dropped"


CLAIM_STATE_NAMES: Mapping[ClaimState, str] = {
    ClaimState.OPEN: "处理中",
    ClaimState.PAID: "已赔付",
    ClaimState.DROPPED: "已撤销",
}


class ReturnState(StrEnum):
    SENT = "sent"
    DESK = "desk"
    DONE = "done"


RETURN_STATE_NAMES: Mapping[ReturnState, str] = {
    ReturnState.SENT: "退款中",
    ReturnState.DESK: "人工退还中",
    ReturnState.DONE: "已退还",
}


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a holder when the band is judged. `refunded_bp` of what was sold in the last 180 days."""

    tenure_days: int = 0
    orders: int = 0
    refunded_bp: int = 0
    debt_fen: int = 0
    band: Band | None = None
    """By the adopted model or by a person on appeal; None: by the rule table."""
    band_says: str = ""


@dataclass(frozen=True, slots=True)
class Scheduled:
    """A part as it would fall due."""

    amount_fen: int
    due_on: date


@dataclass(frozen=True, slots=True)
class Step:
    """From this much paid on, so many goods may be promoted at once; None: without limit."""

    paid_fen: int
    goods: int | None


@dataclass(frozen=True, slots=True)
class Quote:
    """What a class of goods asks of this holder, and why: shown before anything is agreed or paid."""

    kind: HolderKind
    risk_class: RiskClass
    band: Band
    band_says: str
    amount_fen: int
    instalments: tuple[Scheduled, ...]
    steps: tuple[Step, ...]
    version: str
    facts: Facts


@dataclass(frozen=True, slots=True)
class Part:
    """One payment that the deposit is made of. `subject` of its payment is `id`."""

    id: str
    deposit_id: str
    kind: PartKind
    seq: int
    amount_fen: int
    returned_fen: int
    due_on: date
    state: PartState
    payment_id: str
    paid_at: datetime | None
    overdue: bool


@dataclass(frozen=True, slots=True)
class Claim:
    """A named reason that holds a part back. `held_fen` is what was there to be held, at most what is claimed."""

    id: str
    deposit_id: str
    key: str
    says: str
    asked_fen: int
    held_fen: int
    paid_fen: int
    state: ClaimState
    opened_at: datetime
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Return:
    """Money on its way back, the way it came; 人工 where the gateway no longer can."""

    id: str
    deposit_id: str
    part_id: str
    amount_fen: int
    state: ReturnState
    asked_at: datetime
    done_at: datetime | None
    note: str


@dataclass(frozen=True, slots=True)
class Deposit:
    """A deposit as it stands. Money is read from the ledger: `paid_fen` is there, `held_fen` of it is spoken for."""

    id: str
    holder: Holder
    risk_class: RiskClass
    band: Band
    band_says: str
    target_fen: int
    version: str
    state: State
    opened_at: datetime
    paid_fen: int
    held_fen: int
    goods: int
    quota: int | None
    parts: tuple[Part, ...]
    claims: tuple[Claim, ...]
    returns: tuple[Return, ...]

    @property
    def available_fen(self) -> int:
        """What can be given back this minute."""
        return self.paid_fen - self.held_fen


@dataclass(frozen=True)
class DepositPaid:
    """A part is there."""

    topic: ClassVar[str] = "deposits.paid"
    deposit_id: str
    holder_kind: str
    holder_id: str
    amount_fen: int
    at: datetime


@dataclass(frozen=True)
class DepositReturned:
    """A part of it is back with whoever paid it."""

    topic: ClassVar[str] = "deposits.returned"
    deposit_id: str
    holder_kind: str
    holder_id: str
    amount_fen: int
    at: datetime


@dataclass(frozen=True)
class ClaimOpened:
    """A part is held back, for the reason that `says`."""

    topic: ClassVar[str] = "deposits.claimed"
    deposit_id: str
    holder_kind: str
    holder_id: str
    claim_id: str
    amount_fen: int
    says: str
    at: datetime


@dataclass(frozen=True)
class PartDue:
    """A part falls due soon, or did: told once each."""

    topic: ClassVar[str] = "deposits.due"
    deposit_id: str
    holder_kind: str
    holder_id: str
    part_id: str
    amount_fen: int
    due_on: date
    overdue: bool
    at: datetime


@dataclass(eq=False)
class DepositNotFound(DomainError):
    kind: ClassVar[Kind] = Kind.NOT_FOUND
    code: ClassVar[str] = "deposits.not_found"
    says: ClassVar[str] = "没有找到保证金 {subject}"

    subject: str


@dataclass(eq=False)
class NoneNeeded(DomainError):
    """0 预付: what is free stays free."""

    code: ClassVar[str] = "deposits.none_needed"
    says: ClassVar[str] = "「{title}」的商品不需要保证金"

    title: str


@dataclass(eq=False)
class AlreadyOpen(DomainError):
    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "deposits.already_open"
    says: ClassVar[str] = "已经有同等级或更高等级的保证金"

    deposit_id: str


@dataclass(eq=False)
class TermsChanged(DomainError):
    """The amount agreed to is not the amount in force: look again before agreeing."""

    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "deposits.terms_changed"
    says: ClassVar[str] = "应缴金额有变化，请按最新金额重新确认"

    amount_fen: int


@dataclass(eq=False)
class PartNotDue(DomainError):
    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "deposits.part_not_due"
    says: ClassVar[str] = "这一笔当前是「{state}」，不需要缴纳"

    state: str


@dataclass(eq=False)
class NothingToReturn(DomainError):
    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "deposits.nothing_to_return"
    says: ClassVar[str] = "当前没有可以退还的保证金"

    deposit_id: str


@dataclass(eq=False)
class DepositNeeded(DomainError):
    """These goods are promoted with a deposit behind them; low-risk goods never are."""

    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "deposits.needed"
    says: ClassVar[str] = "推广「{title}」商品需要先缴纳相应等级的保证金；低风险商品可以直接推广"

    title: str
    risk_class: str


@dataclass(eq=False)
class QuotaUsed(DomainError):
    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "deposits.quota_used"
    says: ClassVar[str] = "已缴金额最多可同时推广 {quota} 款这类商品；缴下一期，或先停止推广其中一款"

    quota: int


@dataclass(eq=False)
class ClaimNotOpen(DomainError):
    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "deposits.claim_not_open"
    says: ClassVar[str] = "这笔扣留已经了结"

    claim_id: str


@dataclass(eq=False)
class ClaimTooMuch(DomainError):
    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "deposits.claim_too_much"
    says: ClassVar[str] = "赔付不能超过扣留的金额"

    held_fen: int


@dataclass(eq=False)
class ClaimedDifferently(DomainError):
    """The same key came with another holder or amount: a bug or an attack, never a retry."""

    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "deposits.claimed_differently"
    says: ClassVar[str] = "「{key}」已按不同的内容登记"

    key: str
