"""What other modules may know of deposits: who holds one, what it is made of, and what it may refuse."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar


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
    """What is known of a holder when the band is judged. `refunded_bp` of what was sold in the last 180 days.

    By credit: `relief_bp` of the tier is not asked for, and `gap_days` lie between two parts (0: as the terms say).
    """

    tenure_days: int = 0
    orders: int = 0
    refunded_bp: int = 0
    debt_fen: int = 0
    band: Band | None = None
    """By the adopted model or by a person on appeal; None: by the rule table."""
    band_says: str = ""
    relief_bp: int = 0
    gap_days: int = 0


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
    tier_fen: int
    """The table's amount; `amount_fen` is what is left of it after relief."""
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
    pledged: int
    """Points that stand for a fen each, beside at least as much cash."""
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
