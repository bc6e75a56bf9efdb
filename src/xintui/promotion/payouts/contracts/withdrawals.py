"""The frozen values of withdrawals, statements and limits."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar

from xintui.promotion.payouts.contracts.tax import Period, TaxStep, VatMethod


class State(StrEnum):
    """The life of a withdrawal. `unknown` is an answer of its own: nothing is concluded from silence (R10)."""

    REVIEW = "review"
    APPROVED = "approved"
    SENDING = "sending"
    UNKNOWN = "unknown"
    PAID = "paid"
    FAILED = "failed"
    EXPIRED = "expired"
    REJECTED = "rejected"
    CANCELLED = "cancelled"
    STOPPED = "stopped"


OPEN_STATES = (State.REVIEW, State.APPROVED, State.SENDING, State.UNKNOWN)
"""States in which money is held."""


class Rail(StrEnum):
    """How money reaches the payee."""

    WECHAT = "wechat"
    BANK = "bank"


@dataclass(frozen=True)
class Policy:
    """The dated limits in force. Amounts in fen."""

    version: str
    effective_from: date
    tax_method: str
    vat_method: VatMethod
    min_fen: int
    max_fen: int
    review_above_fen: int
    real_name_from_fen: int
    payee_daily_fen: int
    payee_monthly_fen: int
    platform_daily_fen: int
    cooling_hours: int
    source: str


@dataclass(frozen=True)
class Withdrawal:
    """One request for money due, from the request to the end. Tax is known from the moment money is sent."""

    id: str
    promoter_id: str
    amount_fen: int
    tax_fen: int
    vat_fen: int
    net_fen: int
    state: State
    rail: Rail
    kind: str
    reason: str
    transfer_id: str
    payee_masked: str
    payee_digest: str
    invoice_ref: str
    needs_review: bool
    maker: str
    checker: str
    not_before: datetime
    requested_at: datetime
    settled_at: datetime | None


@dataclass(frozen=True)
class LogLine:
    """One thing that happened to a withdrawal."""

    at: datetime
    verb: str
    state: State
    actor: str
    note: str


@dataclass(frozen=True)
class TaxLine:
    """The tax of one withdrawal, explained: which table, base, rate, quick deduction, and each line of arithmetic."""

    withdrawal_id: str
    month: str
    income_fen: int
    step: TaxStep
    agent: str
    reversed_at: datetime | None


@dataclass(frozen=True)
class VatLine:
    """The VAT of one withdrawal, explained. `carried_fen` is due and left to the next payment of the period."""

    withdrawal_id: str
    month: str
    period: Period
    gross_fen: int
    carried_fen: int
    step: TaxStep
    reversed_at: datetime | None


@dataclass(frozen=True)
class TaxPreview:
    """What would be withheld if this amount were paid now: `step` the income tax, `vat` the VAT."""

    amount_fen: int
    tax_fen: int
    vat_fen: int
    net_fen: int
    step: TaxStep | None
    vat: TaxStep | None
    note: str


@dataclass(frozen=True)
class TaxYear:
    """The row the cumulative method works on."""

    promoter_id: str
    year: int
    last_month: int
    months: int
    income_fen: int
    withheld_fen: int


@dataclass(frozen=True)
class WithdrawalPage:
    """A keyset page."""

    items: tuple[Withdrawal, ...]
    next: str | None


@dataclass(frozen=True)
class Wallet:
    """What a promoter has: still frozen, due, set aside for running withdrawals, owed after a clawback."""

    promoter_id: str
    pending_fen: int
    due_fen: int
    held_fen: int
    available_fen: int
    debt_fen: int
    payable_from: datetime | None = None
    """After a change of payee: nothing is paid before this moment."""


@dataclass(frozen=True)
class QueueCount:
    """How many wait in a state, how much, and since when the oldest."""

    state: State
    count: int
    amount_fen: int
    oldest_at: datetime | None
    oldest_age_s: int


@dataclass(frozen=True)
class StatementHead:
    """One promoter's month."""

    promoter_id: str
    month: str
    payments: int
    gross_fen: int
    tax_fen: int
    vat_fen: int
    net_fen: int


@dataclass(frozen=True)
class StatementEntry:
    """One payment in a month with its taxes."""

    withdrawal: Withdrawal
    tax: TaxLine | None
    vat: VatLine | None


@dataclass(frozen=True)
class Statement:
    """One promoter's month in full."""

    head: StatementHead
    entries: tuple[StatementEntry, ...]
    year_income_fen: int
    year_withheld_fen: int


@dataclass(frozen=True)
class StatementPage:
    """A keyset page of months, newest first."""

    items: tuple[StatementHead, ...]
    next: str | None


@dataclass(frozen=True)
class WithdrawalPaid:
    """Money arrived."""

    topic: ClassVar[str] = "payouts.paid"
    withdrawal_id: str
    promoter_id: str
    amount_fen: int
    tax_fen: int
    net_fen: int
    paid_at: datetime
    vat_fen: int = 0


@dataclass(frozen=True)
class WithdrawalReturned:
    """Money did not go out and is due again."""

    topic: ClassVar[str] = "payouts.returned"
    withdrawal_id: str
    promoter_id: str
    amount_fen: int
    state: str
    reason: str
    at: datetime
