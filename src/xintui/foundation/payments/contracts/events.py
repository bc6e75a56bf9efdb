"""What happened to money outside, told once each."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar


@dataclass(frozen=True)
class PaymentCaptured:
    """The buyer's money is with the gateway: verified, compared, counted once."""

    topic: ClassVar[str] = "payments.captured"
    payment_id: str
    subject: str
    amount_fen: int
    currency: str
    transaction_id: str
    payer_openid: str
    paid_at: datetime
    psp: str = "wechat"


@dataclass(frozen=True)
class PaymentClosed:
    """The gateway will never take money for this payment any more."""

    topic: ClassVar[str] = "payments.closed"
    payment_id: str
    subject: str
    closed_at: datetime


@dataclass(frozen=True)
class RefundSettled:
    """The money is back with the buyer."""

    topic: ClassVar[str] = "payments.refund_settled"
    refund_id: str
    payment_id: str
    subject: str
    amount_fen: int
    settled_at: datetime
    psp: str = "wechat"


@dataclass(frozen=True)
class RefundFailed:
    """Definitely not refunded, as queries confirmed; the amount can be refunded again under a new number."""

    topic: ClassVar[str] = "payments.refund_failed"
    refund_id: str
    payment_id: str
    subject: str
    amount_fen: int
    settled_at: datetime
    reason: str


@dataclass(frozen=True)
class TransferSettled:
    """`state` is paid, failed or expired; the last two only after two agreeing, spaced queries."""

    topic: ClassVar[str] = "payments.transfer_settled"
    transfer_id: str
    subject: str
    amount_fen: int
    state: str
    settled_at: datetime
    reason: str


@dataclass(frozen=True)
class ShareSettled:
    """`state` is finished or failed."""

    topic: ClassVar[str] = "payments.share_settled"
    share_id: str
    kind: str
    payment_id: str
    amount_fen: int
    state: str
    settled_at: datetime
    reason: str
    moved_fen: int = 0
    """What really went to (or came back from) the receivers: a part of `amount_fen` where some were refused."""
