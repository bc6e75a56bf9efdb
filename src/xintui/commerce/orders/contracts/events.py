"""What happened to an order."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class PaidLine:
    """`paid_fen`: what the buyer paid for the line after all discounts, freight excluded."""

    line_id: str
    product_id: str
    sku_id: str
    category: str
    qty: int
    paid_fen: int
    promoter_id: str
    attribution_id: str
    buyer_promoter_id: str


@dataclass(frozen=True, slots=True)
class OrderPaid:
    topic: ClassVar[str] = "orders.paid"
    order_id: str
    merchant_id: str
    buyer_id: str
    currency: str
    paid_at: datetime
    lines: tuple[PaidLine, ...]


@dataclass(frozen=True, slots=True)
class OrderReceived:
    topic: ClassVar[str] = "orders.received"
    order_id: str
    merchant_id: str
    received_at: datetime
    line_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LineRefunded:
    """One per line and refund, after the PSP says that the money is back. `refund_id` is unique per event.

    (A refund that covers several lines is one instruction to the PSP and one event per line, each with its own id.)
    """

    topic: ClassVar[str] = "orders.line_refunded"
    refund_id: str
    order_id: str
    line_id: str
    merchant_id: str
    refund_fen: int
    refunded_at: datetime


@dataclass(frozen=True, slots=True)
class OrderShipped:
    topic: ClassVar[str] = "orders.shipped"
    order_id: str
    merchant_id: str
    buyer_id: str
    carrier: str
    tracking_no: str
    shipped_at: datetime


@dataclass(frozen=True, slots=True)
class AfterSaleMoved:
    """A request was made (`apply`) or went on: `verb` is what was done, `state` where it stands now."""

    topic: ClassVar[str] = "orders.after_sale_moved"
    after_sale_id: str
    order_id: str
    merchant_id: str
    buyer_id: str
    kind: str
    verb: str
    state: str
    actor: str
    total_fen: int
    note: str
    at: datetime
