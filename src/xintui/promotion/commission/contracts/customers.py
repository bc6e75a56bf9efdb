"""脱敏客户: what a promoter may know of those who bought through her, and nothing else of them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from xintui.promotion.commission.contracts.values import LineState


class CustomerSort(StrEnum):
    """What stands first."""

    LAST = "last"
    NET = "net"
    ORDERS = "orders"


class Recency(StrEnum):
    """When somebody bought last."""

    ALL = "all"
    WEEK = "week"
    MONTH = "month"
    SEASON = "season"
    DORMANT = "dormant"


@dataclass(frozen=True, slots=True)
class Customer:
    """A buyer under the number of the first order she brought: no user id, name, number or address leaves."""

    id: str
    name: str
    phone: str
    orders: int
    net_fen: int
    commission_fen: int
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True)
class CustomersSummary:
    """How many there are, how many came again, how many bought lately (30 days)."""

    customers: int
    again: int
    lately: int


@dataclass(frozen=True, slots=True)
class Purchase:
    """One line that a customer bought through the promoter; `order_state` is how far the order has come."""

    order_id: str
    line_id: str
    title: str
    order_state: str
    paid_at: datetime
    paid_fen: int
    refunded_fen: int
    commission_fen: int
    state: LineState


@dataclass(frozen=True, slots=True)
class CustomerFile:
    """A customer and a page of what was bought, newest first."""

    customer: Customer
    purchases: tuple[Purchase, ...]
    next: str | None
