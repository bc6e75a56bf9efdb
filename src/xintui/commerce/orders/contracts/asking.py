"""What is asked of an after-sale, one by one or many at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from xintui.commerce.orders.contracts.values import AfterSaleKind, RefundPart


@dataclass(frozen=True, slots=True)
class AfterSaleRequest:
    """What one buyer asks for of one order, line by line; `exchange_sku_id`: what to send instead (换货)."""

    order_id: str
    buyer_id: str
    kind: AfterSaleKind
    parts: Sequence[RefundPart]
    reason: str
    now: datetime
    exchange_sku_id: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """What a merchant says to a request, and to the goods that came back."""

    after_sale_id: str
    merchant_id: str
    approve: bool
    now: datetime
    note: str = ""
    restock: bool = False


@dataclass(frozen=True, slots=True)
class GoodsPosted:
    """A buyer has posted what goes back."""

    after_sale_id: str
    buyer_id: str
    carrier: str
    tracking_no: str
    now: datetime
