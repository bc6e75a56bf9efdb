"""The expected ways in which an order says no."""

from dataclasses import dataclass
from typing import ClassVar

from xintui.kernel.errors import DomainError, Kind


@dataclass(eq=False)
class OrderNotFound(DomainError):
    """Unknown, or not the asker's: the same answer."""

    kind: ClassVar[Kind] = Kind.NOT_FOUND
    code: ClassVar[str] = "orders.not_found"
    says: ClassVar[str] = "没有找到订单 {order_id}"

    order_id: str


@dataclass(eq=False)
class AfterSaleNotFound(DomainError):
    kind: ClassVar[Kind] = Kind.NOT_FOUND
    code: ClassVar[str] = "orders.after_sale_not_found"
    says: ClassVar[str] = "没有找到售后单 {after_sale_id}"

    after_sale_id: str


@dataclass(eq=False)
class EmptyCheckout(DomainError):
    code: ClassVar[str] = "orders.empty_checkout"
    says: ClassVar[str] = "结算单里没有商品"


@dataclass(eq=False)
class TooManyItems(DomainError):
    code: ClassVar[str] = "orders.too_many_items"
    says: ClassVar[str] = "一次最多结算 {limit} 种规格"

    limit: int


@dataclass(eq=False)
class BadQuantity(DomainError):
    code: ClassVar[str] = "orders.bad_quantity"
    says: ClassVar[str] = "商品 {sku_id} 的数量 {qty} 不在 1 到 999 之间"

    sku_id: str
    qty: int


@dataclass(eq=False)
class PlacedDifferently(DomainError):
    """A checkout id was used before for other goods, another address or another buyer."""

    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "orders.placed_differently"
    says: ClassVar[str] = "结算单 {checkout_id} 已用不同内容提交过"

    checkout_id: str


@dataclass(eq=False)
class RefundTooLarge(DomainError):
    """Settled and pending refunds together may never exceed what was paid."""

    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "orders.refund_too_large"
    says: ClassVar[str] = "退款金额超过可退余额（{line_id}）"

    line_id: str


@dataclass(eq=False)
class TooManyRefunds(DomainError):
    """WeChat Pay allows 50 partial refunds of one payment."""

    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "orders.too_many_refunds"
    says: ClassVar[str] = "订单 {order_id} 的退款次数已达 {limit} 次上限"

    order_id: str
    limit: int


@dataclass(eq=False)
class BadAfterSale(DomainError):
    code: ClassVar[str] = "orders.bad_after_sale"
    says: ClassVar[str] = "售后申请有误：{reason}"

    reason: str


@dataclass(eq=False)
class ReturnMayNotBeRefused(DomainError):
    """Within seven days of receipt a return needs no reason (消费者权益保护法第二十五条)."""

    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "orders.return_may_not_be_refused"
    says: ClassVar[str] = "不能拒绝售后单 {after_sale_id}：{why}"

    after_sale_id: str
    why: str


@dataclass(eq=False)
class AfterSaleOpen(DomainError):
    """The parcel waits until the money question is settled."""

    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "orders.after_sale_open"
    says: ClassVar[str] = "订单 {order_id} 有处理中的售后，请先处理"

    order_id: str


@dataclass(eq=False)
class NotPaid(DomainError):
    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "orders.not_paid"
    says: ClassVar[str] = "订单 {order_id} 尚未付款"

    order_id: str


@dataclass(eq=False)
class PaidTogether(DomainError):
    """One payment for several shops: 分账 would touch other shops' money."""

    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "orders.paid_together"
    says: ClassVar[str] = "订单 {order_id} 与其他店铺合并付款，不能分账"

    order_id: str


@dataclass(eq=False)
class QuarantineNotFound(DomainError):
    kind: ClassVar[Kind] = Kind.NOT_FOUND
    code: ClassVar[str] = "orders.quarantine_not_found"
    says: ClassVar[str] = "没有找到隔离款项 {payment_id}"

    payment_id: str
