"""A small market street for the tests of commerce: shops, goods, buyers, and money as the gateway reports it."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from django.db import transaction

from tests.commerce.papers import licensed
from xintui.commerce.catalog import facade as catalog
from xintui.commerce.catalog.contracts import Product, ProductDraft, SkuDraft
from xintui.commerce.merchants import facade as merchants
from xintui.commerce.merchants.contracts import Merchant, Settings
from xintui.commerce.orders import facade as orders
from xintui.commerce.orders.contracts import Address, Checkout, Item, Order, PlaceRequest
from xintui.foundation.payments import models as payment_rows
from xintui.foundation.payments.contracts import PaymentCaptured, RefundFailed, RefundSettled
from xintui.kernel.ids import new_id

T0 = datetime(2026, 11, 1, 2, 0, tzinfo=UTC)
BUYER = "usr01BUYER"
HOME = Address(name="李雷", phone="13800000001", region="浙江省杭州市西湖区", street="文三路 1 号")


def shop(name: str, **settings: int | str) -> Merchant:
    """A merchant that trades, also in packaged food."""
    applied = merchants.register(
        name=name, contact_name="王店长", contact_phone="13912345678", actor="usr01OWNER", now=T0
    )
    if settings:
        merchants.change_settings(applied.id, Settings(**settings), actor="usr01OWNER", now=T0)  # type: ignore[arg-type]
    licensed(applied.id, T0)
    return merchants.activate(applied.id, actor="usr01OPS", now=T0)


def goods(
    merchant: Merchant, title: str, *skus: tuple[str, int, int], category: str = "tea", returns: str = "standard"
) -> Product:
    """A product on the shelf; each SKU is (spec, price in fen, stock)."""
    catalog.set_category(category, "茶叶")
    draft = ProductDraft(
        title=title, category=category, skus=tuple(SkuDraft(*sku) for sku in skus), return_class=returns
    )
    made = catalog.create_product(merchant.id, draft, actor="usr01OWNER", now=T0)
    return catalog.list_product(merchant.id, made.id, actor="usr01OWNER", now=T0)


def request(*items: tuple[str, int], checkout_id: str = "", buyer_id: str = BUYER, **more: object) -> PlaceRequest:
    return PlaceRequest(
        checkout_id=checkout_id or new_id("chk"),
        buyer_id=buyer_id,
        items=tuple(Item(sku, qty) for sku, qty in items),
        address=HOME,
        now=T0,
        **more,  # type: ignore[arg-type]
    )


def place(*items: tuple[str, int], **more: object) -> Checkout:
    return orders.place(request(*items, **more))  # type: ignore[arg-type]


def captured(checkout: Checkout, *, at: datetime = T0 + timedelta(minutes=1)) -> PaymentCaptured:
    """The buyer has paid: the payment's row as a verified callback leaves it, and what payments tells."""
    payment = orders.open_payment(
        checkout.id, buyer_id=checkout.buyer_id, payer_openid="openid-1", channel="jsapi", now=T0
    )
    transaction_id = f"wx{payment.id}"[:32]
    payment_rows.Payment.objects.filter(id=payment.id).update(
        state="captured", captured_fen=payment.amount_fen, transaction_id=transaction_id, paid_at=at
    )
    return PaymentCaptured(
        payment_id=payment.id,
        subject=checkout.id,
        amount_fen=payment.amount_fen,
        currency="CNY",
        transaction_id=transaction_id,
        payer_openid="openid-1",
        paid_at=at,
    )


def paid(*items: tuple[str, int], **more: object) -> list[Order]:
    """Placed and paid; the orders."""
    checkout = place(*items, **more)
    orders.mark_paid([captured(checkout)])
    return list(checkout_now(checkout.id).orders)


def shipped(order: Order, *, at: datetime = T0 + timedelta(hours=1)) -> Order:
    return orders.ship(
        order.id,
        merchant_id=order.merchant_id,
        carrier="顺丰速运",
        tracking_no="SF1000000001",
        actor="usr01STAFF",
        now=at,
    )


def settled(refund_id: str, order: Order, fen: int, *, at: datetime = T0 + timedelta(days=1)) -> RefundSettled:
    return RefundSettled(
        refund_id=refund_id,
        payment_id=order.payment_id,
        subject=order.checkout_id,
        amount_fen=fen,
        settled_at=at,
    )


def failed(refund_id: str, order: Order, fen: int, *, at: datetime = T0 + timedelta(days=1)) -> RefundFailed:
    return RefundFailed(
        refund_id=refund_id,
        payment_id=order.payment_id,
        subject=order.checkout_id,
        amount_fen=fen,
        settled_at=at,
        reason="账户注销",
    )


def order_now(order_id: str) -> Order:
    with transaction.atomic():
        return orders.order_file(order_id).order


def checkout_now(checkout_id: str) -> Checkout:
    with transaction.atomic():
        return orders.checkout(checkout_id)


def stock(product: Product) -> Sequence[tuple[int, int, int]]:
    """(total, reserved, sold) of each SKU now."""
    with transaction.atomic():
        return [(s.total_qty, s.reserved_qty, s.sold_qty) for s in catalog.get(product.id).skus]
