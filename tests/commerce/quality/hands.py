"""Many buyers of one product, quickly: placed, paid, received, reviewed, sent back."""

from datetime import datetime, timedelta

from tests.commerce.world import captured, order_now, place, settled, shipped
from xintui.commerce.catalog.contracts import Product
from xintui.commerce.orders import facade as orders
from xintui.commerce.orders.contracts import AfterSaleKind, Order, RefundPart
from xintui.commerce.quality import facade as quality
from xintui.commerce.reviews import facade as reviews
from xintui.commerce.reviews.contracts import Review, ReviewDraft
from xintui.entrypoints.subscriptions import SUBSCRIPTIONS
from xintui.foundation.identity.contracts import Principal, Role
from xintui.infra.outbox import facade as outbox

HOUR = timedelta(hours=1)


def received(product: Product, buyer_id: str, at: datetime) -> Order:
    """One piece, in the buyer's hands at `at`."""
    checkout = place((product.skus[0].id, 1), buyer_id=buyer_id)
    orders.mark_paid([captured(checkout, at=at - 3 * HOUR)])
    (order,) = (order_now(one.id) for one in checkout.orders)
    orders.receive(shipped(order, at=at - 2 * HOUR).id, buyer_id=buyer_id, now=at)
    return order_now(order.id)


def say(order: Order, stars: int, at: datetime) -> Review:
    buyer = Principal(order.buyer_id, frozenset({Role.BUYER}), None, "李雷", 0)
    return reviews.write(ReviewDraft(order.id, order.lines[0].id, stars), by=buyer, now=at)


def send_back(order: Order, at: datetime) -> None:
    """Money alone, asked for after receipt, granted and arrived."""
    part = [RefundPart(order.lines[0].id, order.lines[0].paid_fen)]
    asked = orders.request_after_sale(
        order.id, buyer_id=order.buyer_id, kind=AfterSaleKind.REFUND_ONLY, parts=part, reason="坏了", now=at
    )
    agreed = orders.decide_after_sale(asked.id, merchant_id=order.merchant_id, approve=True, actor="x", now=at)
    orders.settle_refund([settled(agreed.refund_id, order, order.lines[0].paid_fen, at=at)])


def many(product: Product, count: int, at: datetime, *, stars: tuple[int, ...] = (), back: int = 0) -> list[Order]:
    """So many receive it at `at`; the first say something an hour later, the first `back` send it back."""
    made = [received(product, f"usr01B{n:04}", at) for n in range(count)]
    for order, given in zip(made, stars, strict=False):
        say(order, given, at + HOUR)
    for order in made[:back]:
        send_back(order, at + HOUR)
    return made


def heard(now: datetime) -> None:
    """Everything that happened has been heard, counted and judged."""
    outbox.deliver_all(SUBSCRIPTIONS)
    quality.refresh(now=now)
