"""A street on which one product goes wrong: many orders quickly, all through promoters, and what became of them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from tests.commerce.world import captured, goods, order_now, request, shipped, shop
from tests.promotion.commission.sales import publish
from tests.promotion.people import promoter
from xintui.commerce.catalog.contracts import Product
from xintui.commerce.concentration import facade as concentration
from xintui.commerce.concentration.contracts import Case
from xintui.commerce.orders import facade as orders
from xintui.commerce.orders import models
from xintui.commerce.orders.contracts import (
    AfterSaleKind,
    Order,
    OrderPaid,
    OrderReceived,
    PaidLine,
    Referral,
    RefundPart,
)
from xintui.entrypoints.subscriptions import SUBSCRIPTIONS
from xintui.infra import clock
from xintui.infra.outbox import facade as outbox
from xintui.kernel.ids import new_id
from xintui.promotion.commission import facade as commission

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
START = datetime.fromisoformat("2026-11-12T10:00:00+08:00")
NOW = START + 4 * DAY


def heard(now: datetime) -> None:
    """Everything that happened has been heard; the outbox's handlers ask the same clock."""
    clock.set_for_story(now)
    outbox.deliver_all(SUBSCRIPTIONS)


def sold(product: Product, n: int, who: str, at: datetime = START, *, received: bool = True) -> Order:
    """The n-th order of a product, through this promoter, in the buyer's hands two days later."""
    asked = request((product.skus[0].id, 1), buyer_id=f"usr01{product.id[-4:]}{n:04}",
                    referrals={product.merchant_id: Referral(who, f"att{n}")} if who else {})  # fmt: skip
    checkout = orders.place(asked)
    orders.mark_paid([captured(checkout, at=at)])
    (order,) = (order_now(one.id) for one in checkout.orders)
    if received:
        orders.receive(shipped(order, at=at + HOUR).id, buyer_id=order.buyer_id, now=at + 2 * DAY)
    return order_now(order.id)


def complain(order: Order, at: datetime, why: str = "打开就有异味") -> str:
    part = [RefundPart(order.lines[0].id, order.lines[0].paid_fen)]
    return orders.request_after_sale(
        order.id, buyer_id=order.buyer_id, kind=AfterSaleKind.REFUND_ONLY, parts=part, reason=why, now=at
    ).id


def alike(order: Order, count: int, who: Sequence[str], at: datetime = START) -> list[Order]:
    """So many orders more like this one, by whoever: rows copied, and told to commission as orders tells of them."""
    row, line = models.Order.objects.get(id=order.id), models.Line.objects.get(order_id=order.id)
    made, lines, paid, got = [], [], [], []
    for n in range(count):
        key, part = new_id("ord"), new_id("lin")
        buyer, promoter_id = f"usr01{order.id[-4:]}{n:04}", who[n % len(who)]
        more = {"buyer_id": buyer, "paid_at": at, "received_at": at + 2 * DAY}
        made.append(models.Order(**_copied(row) | more | {"id": key}))
        lines.append(models.Line(**_copied(line) | {"id": part, "order_id": key, "promoter_id": promoter_id}))
        sold_ = PaidLine(part, line.product_id, line.sku_id, line.category, 1, line.paid_fen, promoter_id, "att", "")
        paid.append(OrderPaid(key, row.merchant_id, buyer, "CNY", at, (sold_,)))
        got.append(OrderReceived(key, row.merchant_id, at + 2 * DAY, (part,)))
    models.Order.objects.bulk_create(made)
    models.Line.objects.bulk_create(lines)
    commission.accrue(paid, now=at)
    commission.received(got, now=at + 2 * DAY)
    return [order_now(one.id) for one in made]


def _copied(row: Any) -> dict[str, Any]:
    fields = [one for one in row._meta.concrete_fields if not one.generated]
    return {one.attname: getattr(row, one.attname) for one in fields}


class Street:
    """晨光果园 sells pears that went bad (30 sold, 12 complaints) and plums that did not (70 sold, 2)."""

    def __init__(self) -> None:
        publish(at=START - 60 * DAY)
        self.shop = shop("晨光果园")
        self.pears = goods(self.shop, "砀山酥梨", ("5 斤", 40_00, 900))
        self.plums = goods(self.shop, "三华李", ("3 斤", 30_00, 900))
        self.anna, self.bert = promoter(1, at=START - 60 * DAY), promoter(2, at=START - 60 * DAY)
        self.bad = [sold(self.pears, 0, self.bert.id)]
        self.good = [sold(self.plums, 0, self.anna.id)]
        heard(START)
        self.bad += alike(self.bad[0], 29, [self.anna.id, self.bert.id])
        self.good += alike(self.good[0], 69, [self.anna.id])
        for order in (*self.bad[:12], *self.good[:2]):
            complain(order, START + 3 * DAY)
        heard(NOW)

    def case(self) -> Case:
        (found,) = concentration.cases(state="open").items
        return concentration.one(found.id)


def look(now: datetime = NOW) -> int:
    opened = concentration.look(now=now)
    heard(now)
    return opened
