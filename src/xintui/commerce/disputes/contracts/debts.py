"""What a buyer owes after a reversal, how it is paid back, and what the desk lets go."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from xintui.kernel.errors import DomainError, Kind


class RepaymentState(StrEnum):
    OPEN = "open"
    PAID = "paid"
    CALLED_OFF = "called_off"


REPAYMENT_NAMES: Mapping[RepaymentState, str] = {
    RepaymentState.OPEN: "待付款",
    RepaymentState.PAID: "已到账",
    RepaymentState.CALLED_OFF: "已改付",
}


class WriteOffState(StrEnum):
    ASKED = "asked"
    DONE = "done"
    REFUSED = "refused"


WRITE_OFF_NAMES: Mapping[WriteOffState, str] = {
    WriteOffState.ASKED: "待复核",
    WriteOffState.DONE: "已核销",
    WriteOffState.REFUSED: "已驳回",
}


@dataclass(frozen=True, slots=True)
class Repayment:
    """A part that the buyer pays, and its receipt: what arrived, how, and what of it counted."""

    id: str
    fen: int
    state: RepaymentState
    psp: str
    payment_id: str
    transaction_id: str
    counted_fen: int
    """Less than `fen` where less was owed by then: the rest has gone back."""
    opened_at: datetime
    paid_at: datetime | None


@dataclass(frozen=True, slots=True)
class Debt:
    """One ruling that was reversed. Nothing is ever taken for it: whoever owes it pays it, in parts if need be."""

    dispute_id: str
    merchant_id: str
    order_id: str
    title: str
    picture: str
    kind_title: str
    ruling: str
    reversed_at: datetime
    paid_fen: int
    recovered_fen: int
    written_off_fen: int
    left_fen: int
    repayments: tuple[Repayment, ...]


@dataclass(frozen=True, slots=True)
class WriteOff:
    """What the platform bears instead: asked for by one, decided by another."""

    id: str
    dispute_id: str
    fen: int
    reason: str
    state: WriteOffState
    asked_by: str
    asked_at: datetime
    decided_by: str
    decided_at: datetime | None


@dataclass(eq=False)
class WriteOffOpen(DomainError):
    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "disputes.write_off_open"
    says: ClassVar[str] = "已有一笔核销等待复核"

    dispute_id: str


@dataclass(eq=False)
class NoWriteOff(DomainError):
    kind: ClassVar[Kind] = Kind.NOT_FOUND
    code: ClassVar[str] = "disputes.no_write_off"
    says: ClassVar[str] = "这件投诉没有等待复核的核销"

    dispute_id: str


@dataclass(eq=False)
class SameEyes(DomainError):
    """Whoever asked for it does not decide it."""

    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "disputes.same_eyes"
    says: ClassVar[str] = "提出核销的人不能自己复核"

    dispute_id: str
