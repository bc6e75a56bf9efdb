"""What orders look like outside."""

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import Field

from xintui.commerce.orders.contracts import Address, Item
from xintui.foundation.payments import facade as payments
from xintui.infra.http import AmountFen, Id, In, Out, Text

Line60 = Annotated[Text, Field(min_length=1, max_length=60)]


class ItemIn(In):
    """There is no price here, and none can be sent."""

    sku_id: Id
    qty: Annotated[int, Field(ge=1, le=999)]


class QuoteIn(In):
    items: Annotated[list[ItemIn], Field(min_length=1, max_length=100)]

    def wanted(self) -> tuple[Item, ...]:
        return tuple(Item(item.sku_id, item.qty) for item in self.items)


class AddressIn(In):
    name: Annotated[Text, Field(min_length=1, max_length=40)]
    phone: Annotated[str, Field(pattern=r"^1[3-9]\d{9}$")]
    region: Line60
    street: Annotated[Text, Field(min_length=1, max_length=120)]

    def address(self) -> Address:
        return Address(**self.dict())


class PartIn(In):
    """换货 names the pieces only; what they cost is worked out here."""

    line_id: Id
    fen: AmountFen | None = None
    qty: Annotated[int, Field(ge=0, le=999)] = 0


class AfterSaleIn(In):
    kind: Annotated[str, Field(pattern=r"^(refund_only|return_refund|exchange)$")]
    parts: Annotated[list[PartIn], Field(min_length=1, max_length=100)]
    reason: Annotated[Text, Field(min_length=1, max_length=200)]
    exchange_sku_id: Id | None = None


class ParcelIn(In):
    carrier: Annotated[Text, Field(min_length=1, max_length=30)]
    tracking_no: Annotated[str, Field(pattern=r"^[0-9A-Za-z-]{4,40}$")]


class ReplacementIn(ParcelIn):
    restock: bool = False


class NoteIn(In):
    note: Annotated[Text, Field(max_length=200)] = ""


class DecisionIn(In):
    approve: bool
    note: Annotated[Text, Field(max_length=200)] = ""
    restock: bool = False


class ReturnsOut(Out):
    """`rule`: free, never, or confirm — then the checkout's `confirmed` may name the SKU."""

    code: str
    rule: str
    name: str
    says: str


class QuoteLineOut(Out):
    sku_id: str
    product_id: str
    title: str
    spec: str
    picture: str
    qty: int
    price_fen: int
    available_qty: int
    buyable: bool
    returns: ReturnsOut


class QuoteShopOut(Out):
    merchant_id: str
    merchant_name: str
    goods_fen: int
    freight_fen: int
    lines: list[QuoteLineOut]


class QuoteOut(Out):
    shops: list[QuoteShopOut]
    total_fen: int


class AddressOut(Out):
    name: str
    phone: str
    region: str
    street: str


class LineOut(Out):
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
    return_class: str
    return_confirmed: bool


class ShipmentOut(Out):
    carrier: str
    tracking_no: str
    shipped_at: datetime


class OrderOut(Out):
    id: str
    checkout_id: str
    merchant_id: str
    state: str
    currency: str
    goods_fen: int
    discount_fen: int
    freight_fen: int
    total_fen: int
    refund_pending_fen: int
    refunded_fen: int
    address: AddressOut
    note: str
    lines: list[LineOut]
    shipment: ShipmentOut | None
    placed_at: datetime
    paid_at: datetime | None
    received_at: datetime | None
    closed_at: datetime | None
    auto_receive_at: datetime | None


class CheckoutOut(Out):
    id: str
    state: str
    currency: str
    total_fen: int
    expires_at: datetime
    orders: list[OrderOut]
    methods: list[str]
    """Ways to pay that this house offers: `wechat`, `alipay`. In a mini-program only `wechat` may be shown."""

    @staticmethod
    def resolve_methods(_: Any) -> list[str]:
        return list(payments.methods())


class TimelineOut(Out):
    verb: str
    says: str
    at: datetime


class PartOut(Out):
    line_id: str
    fen: int
    qty: int


class AfterSaleOut(Out):
    id: str
    order_id: str
    kind: str
    state: str
    parts: list[PartOut]
    freight_fen: int
    total_fen: int
    reason: str
    decision: str
    refund_id: str
    applied_at: datetime
    settled_at: datetime | None
    protection: str
    protection_says: str
    due_at: datetime | None
    waits_for: str
    exchange_sku_id: str
    exchange_spec: str
    replacement: ShipmentOut | None
    money_by: date | None


class OrderFileOut(Out):
    order: OrderOut
    merchant_name: str
    timeline: list[TimelineOut]
    after_sales: list[AfterSaleOut]


class ShopOrderOut(OrderOut):
    """Besides, for the shop: when its money should arrive, and by which terms."""

    arrives_on: date | None
    arrival_says: str


class ShopOrderFileOut(OrderFileOut):
    order: ShopOrderOut


class QuarantinedOut(Out):
    payment_id: str
    subject: str
    amount_fen: int
    currency: str
    transaction_id: str
    reason: str
    expected_fen: int
    state: str
    captured_at: datetime


class RefundStartedOut(Out):
    refund_id: str


class PayParamsOut(Out):
    """`params` are for wx.requestPayment, `code_url` is a QR code, `h5_url` an address to go to as it is."""

    payment_id: str
    method: str
    channel: str
    params: dict[str, str]
    code_url: str
    h5_url: str
