"""Values of an order that cross the border."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from xintui.commerce.catalog.contracts import ReturnClass


class OrderState(StrEnum):
    PLACED = "placed"
    PAID = "paid"
    SHIPPED = "shipped"
    RECEIVED = "received"
    DONE = "done"
    CLOSED = "closed"
    REFUNDED = "refunded"


class OrderVerb(StrEnum):
    PAY = "pay"
    CLOSE = "close"
    SHIP = "ship"
    RECEIVE = "receive"
    REFUND_ALL = "refund_all"
    FINISH = "finish"


class AfterSaleKind(StrEnum):
    REFUND_ONLY = "refund_only"
    RETURN_REFUND = "return_refund"
    EXCHANGE = "exchange"


class AfterSaleState(StrEnum):
    APPLIED = "applied"
    AWAITING_RETURN = "awaiting_return"
    RETURNING = "returning"
    RESHIPPED = "reshipped"
    EXCHANGED = "exchanged"
    REFUNDING = "refunding"
    REFUNDED = "refunded"
    REFUND_FAILED = "refund_failed"
    REJECTED = "rejected"
    CANCELLED = "cancelled"


class AfterSaleVerb(StrEnum):
    APPROVE_REFUND = "approve_refund"
    APPROVE_RETURN = "approve_return"
    APPROVE_EXCHANGE = "approve_exchange"
    REJECT = "reject"
    CANCEL = "cancel"
    SEND_BACK = "send_back"
    ACCEPT_RETURN = "accept_return"
    SHIP_REPLACEMENT = "ship_replacement"
    CONFIRM_REPLACEMENT = "confirm_replacement"
    SETTLE = "settle"
    FAIL = "fail"
    RETRY = "retry"


STATE_NAMES: dict[str, str] = {
    "placed": "待付款",
    "paid": "待发货",
    "shipped": "待收货",
    "received": "已收货",
    "done": "已完成",
    "closed": "已关闭",
    "refunded": "已全额退款",
}
AFTERSALE_NAMES: dict[str, str] = {
    "applied": "待商家处理",
    "awaiting_return": "待买家寄回",
    "returning": "退货途中",
    "reshipped": "换货已寄出",
    "exchanged": "换货完成",
    "refunding": "退款中",
    "refunded": "已退款",
    "refund_failed": "退款失败",
    "rejected": "已拒绝",
    "cancelled": "已撤销",
}
KIND_NAMES: dict[str, str] = {"refund_only": "仅退款", "return_refund": "退货退款", "exchange": "换货"}


class Protection(StrEnum):
    """Whether a request is a 七日无理由退货 that no merchant may refuse, and if not, why not."""

    PROTECTED = "protected"
    NOT_A_RETURN = "not_a_return"
    TOO_LATE = "too_late"
    EXCEPTED = "excepted"
    CONFIRMED = "confirmed"
    TOO_MUCH = "too_much"


PROTECTION_NAMES: dict[str, str] = {
    "protected": "七日无理由退货：商家不得拒绝（消费者权益保护法第二十五条）",
    "not_a_return": "不是退货退款，由商家与买家协商",
    "too_late": "已超过签收次日起的七日，由商家与买家协商",
    "excepted": "该商品依法不适用七日无理由退货（消费者权益保护法第二十五条第一款）",
    "confirmed": "买家下单时已确认该商品不适用七日无理由退货（暂行办法第七条）",
    "too_much": "申请金额超过所退件数的实付金额，由商家与买家协商",
}


# -- what comes in ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Item:
    """What a buyer may say: which SKU and how many. Never a price."""

    sku_id: str
    qty: int


@dataclass(frozen=True, slots=True)
class Address:
    name: str
    phone: str
    region: str
    street: str


@dataclass(frozen=True, slots=True)
class Referral:
    """Who brought the buyer, as attribution froze it."""

    promoter_id: str
    attribution_id: str
    without: tuple[str, ...] = ()
    """Goods of the shop that are not promoted at present: nobody gets their lines."""


@dataclass(frozen=True, slots=True)
class PlaceRequest:
    """One checkout. The same `checkout_id` places once; with other content it is refused."""

    checkout_id: str
    buyer_id: str
    items: tuple[Item, ...]
    address: Address
    now: datetime
    referrals: Mapping[str, Referral] = field(default_factory=dict)  # by merchant id
    buyer_promoter_id: str = ""
    note: str = ""
    confirmed: frozenset[str] = frozenset()
    """SKUs of which the buyer has confirmed, for this purchase, that they cannot be sent back without a reason."""


@dataclass(frozen=True, slots=True)
class PayRequest:
    """A buyer wants to pay this checkout."""

    checkout_id: str
    buyer_id: str
    payer_openid: str
    channel: str
    now: datetime
    method: str = "wechat"


@dataclass(frozen=True, slots=True)
class Parcel:
    """An order handed to a carrier."""

    order_id: str
    merchant_id: str
    carrier: str
    tracking_no: str
    now: datetime
    note: str = ""


@dataclass(frozen=True, slots=True)
class Arrival:
    """An order whose buyer says that it has come."""

    order_id: str
    buyer_id: str
    now: datetime


@dataclass(frozen=True, slots=True)
class RefundPart:
    """How much of which line a buyer wants back, and how many pieces come back with it (换货: the pieces alone).

    `id` is the number under which `LineRefunded` tells of it; a wish has none yet.
    """

    line_id: str
    fen: int
    qty: int = 0
    id: str = ""


# -- what comes out --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Line:
    id: str
    no: int
    product_id: str
    sku_id: str
    title: str
    spec: str
    picture: str
    category: str
    qty: int
    price_fen: int
    paid_fen: int
    refund_pending_fen: int
    refunded_fen: int
    promoter_id: str
    attribution_id: str
    return_class: str
    return_confirmed: bool


@dataclass(frozen=True, slots=True)
class Shipment:
    carrier: str
    tracking_no: str
    shipped_at: datetime


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One line of the log the buyer sees."""

    verb: str
    says: str
    actor: str
    at: datetime


@dataclass(frozen=True, slots=True)
class AfterSale:
    id: str
    order_id: str
    merchant_id: str
    buyer_id: str
    kind: AfterSaleKind
    state: AfterSaleState
    parts: tuple[RefundPart, ...]
    freight_fen: int
    total_fen: int
    reason: str
    decision: str
    refund_id: str
    applied_at: datetime
    settled_at: datetime | None
    protection: Protection
    due_at: datetime | None
    """When whoever is to act must have acted; afterwards the platform decides by its rules."""
    waits_for: str
    """`merchant`, `buyer` or nobody."""
    exchange_sku_id: str
    exchange_spec: str
    replacement: Shipment | None
    money_by: date | None
    """The last day on which a refund under way should be with the buyer (F-09)."""

    @property
    def protection_says(self) -> str:
        """Why the merchant may or may not refuse."""
        return PROTECTION_NAMES[self.protection]


@dataclass(frozen=True, slots=True)
class Order:
    id: str
    checkout_id: str
    merchant_id: str
    buyer_id: str
    state: OrderState
    currency: str
    goods_fen: int
    discount_fen: int
    freight_fen: int
    total_fen: int
    refund_pending_fen: int
    refunded_fen: int
    fee_fen: int
    payment_id: str
    address: Address
    note: str
    lines: tuple[Line, ...]
    shipment: Shipment | None
    placed_at: datetime
    paid_at: datetime | None
    received_at: datetime | None
    closed_at: datetime | None
    auto_receive_at: datetime | None
    arrives_on: date | None
    """The day the money should be with the shop; where the clock starts at receipt, the earliest possible (F-09)."""
    arrival_says: str


@dataclass(frozen=True, slots=True)
class OrderFile:
    """An order with its history and after-sales: what a person reads like a file."""

    order: Order
    merchant_name: str
    timeline: tuple[TimelineEntry, ...]
    after_sales: tuple[AfterSale, ...]


@dataclass(frozen=True, slots=True)
class Checkout:
    id: str
    buyer_id: str
    state: OrderState
    currency: str
    total_fen: int
    expires_at: datetime
    orders: tuple[Order, ...]


@dataclass(frozen=True, slots=True)
class QuoteLine:
    sku_id: str
    product_id: str
    title: str
    spec: str
    picture: str
    qty: int
    price_fen: int
    available_qty: int
    buyable: bool
    returns: ReturnClass


@dataclass(frozen=True, slots=True)
class Record:
    """What a shop sold in a stretch of time, and what of that came back."""

    orders: int
    paid_fen: int
    refunded_fen: int


@dataclass(frozen=True, slots=True)
class QuoteShop:
    merchant_id: str
    merchant_name: str
    goods_fen: int
    freight_fen: int
    lines: tuple[QuoteLine, ...]


@dataclass(frozen=True, slots=True)
class Quote:
    """What the cart would cost now. Nothing is promised until it is placed."""

    shops: tuple[QuoteShop, ...]
    total_fen: int


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A payment that fits no order: kept apart, never credited, with an owner."""

    payment_id: str
    subject: str
    amount_fen: int
    currency: str
    transaction_id: str
    reason: str
    expected_fen: int
    state: str
    captured_at: datetime


@dataclass(frozen=True, slots=True)
class Document:
    """A PDF and the proof code printed on it: sha256 of its canonical content."""

    filename: str
    pdf: bytes
    proof: str


@dataclass(frozen=True, slots=True)
class OrderFilter:
    """Empty fields do not filter."""

    state: str = ""
    text: str = ""
    placed_from: datetime | None = None
    placed_to: datetime | None = None
