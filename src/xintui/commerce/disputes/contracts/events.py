"""What happened to a complaint."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar


@dataclass(frozen=True)
class ComplaintFiled:
    """A buyer complains of a line."""

    topic: ClassVar[str] = "disputes.filed"
    dispute_id: str
    order_id: str
    line_id: str
    product_id: str
    merchant_id: str
    promoter_id: str
    buyer_id: str
    kind: str
    liable: str
    amount_fen: int
    at: datetime


@dataclass(frozen=True)
class DisputeRuled:
    """Decided, by rule or by a person: `amount_fen` for the buyer, 0 where the complaint was not upheld."""

    topic: ClassVar[str] = "disputes.ruled"
    dispute_id: str
    order_id: str
    line_id: str
    product_id: str
    merchant_id: str
    promoter_id: str
    buyer_id: str
    kind: str
    liable: str
    amount_fen: int
    rule: str
    answered_in_minutes: int | None
    at: datetime


@dataclass(frozen=True)
class DisputeFinal:
    """Nothing can change it any more. `upheld`: the buyer was right; `ended`: the state it ended in.

    A withdrawn complaint is final too, and not upheld.
    """

    topic: ClassVar[str] = "disputes.final"
    dispute_id: str
    order_id: str
    line_id: str
    product_id: str
    merchant_id: str
    promoter_id: str
    buyer_id: str
    kind: str
    liable: str
    amount_fen: int
    upheld: bool
    ended: str
    answered_in_minutes: int | None
    at: datetime


@dataclass(frozen=True)
class DisputeMoved:
    """A step that somebody should hear of: who did what, where it stands, whom it waits for until when."""

    topic: ClassVar[str] = "disputes.moved"
    dispute_id: str
    merchant_id: str
    buyer_id: str
    promoter_user_id: str
    title: str
    verb: str
    state: str
    liable: str
    side: str
    waits_for: str
    due_at: datetime | None
    amount_fen: int
    says: str
    at: datetime


@dataclass(frozen=True)
class Undone:
    """A refund of a line that a ruling had sent (`LineRefunded`), and which is the buyer's debt now."""

    refund_id: str
    line_id: str
    fen: int


@dataclass(frozen=True)
class DisputeReversed:
    """A human found that the ruling was wrong: its refunds are undone, for whoever had counted them."""

    topic: ClassVar[str] = "disputes.reversed"
    dispute_id: str
    order_id: str
    merchant_id: str
    parts: tuple[Undone, ...]
    at: datetime
