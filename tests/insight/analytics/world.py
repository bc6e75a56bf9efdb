"""Five days of a very small world: two shops, three orders, one click, two refunds. Everything known to the fen.

| Shanghai day | what happens |
|---|---|
| 1 November | 小红 shares the tea in a group; 甲 clicks and orders two packets (¥136.00 + ¥8.00 freight), paid. |
| | 乙 puts a packet of tea (¥68.00 + ¥8.00) into an order and never pays. 丙 orders apples (¥39.90) at 23:59. |
| 2 November | 丙's payment arrives at 00:01. |
| 3 November | 甲 has received the parcel. |
| 4 November | 甲 gets ¥5.00 back, 丙 everything. |
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from tests.commerce import world
from tests.promotion.people import promoter
from xintui.commerce.catalog.contracts import Product
from xintui.commerce.merchants.contracts import Merchant
from xintui.commerce.orders import facade as orders
from xintui.commerce.orders.contracts import (
    Address,
    AfterSaleKind,
    Item,
    LineRefunded,
    Order,
    OrderPaid,
    OrderReceived,
    PlaceRequest,
    RefundPart,
)
from xintui.entrypoints.checkout import place_attributed
from xintui.infra.outbox import facade as outbox
from xintui.insight.analytics import facade as analytics
from xintui.insight.analytics.contracts import Board, Period
from xintui.kernel.ids import new_id
from xintui.kernel.times import SHANGHAI
from xintui.promotion.attribution import facade as attribution
from xintui.promotion.attribution.contracts import Channel, Target, TargetKind, Visitor
from xintui.promotion.promoters.contracts import Promoter

T0 = world.T0
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) MicroMessenger/8.0.50"
HEARD = {
    OrderPaid: [analytics.on_paid],
    OrderReceived: [analytics.on_received],
    LineRefunded: [analytics.on_refunded],
}
NIGHT = datetime(2026, 11, 1, 23, 59, tzinfo=SHANGHAI)


def nov(day: int) -> date:
    return date(2026, 11, day)


WEEK = Period(date(2026, 10, 29), nov(4))


@dataclass
class Street:
    tea: Merchant
    fruit: Merchant
    green: Product
    apple: Product
    red: Promoter
    sold: Order
    unpaid: Order
    gone: Order


def ordered(buyer: str, sku: str, qty: int, region: str, *, at: datetime = T0, visitor: str = "") -> Order:
    where = Address(name="李雷", phone="13800000001", region=region, street="文三路 1 号")
    asked = PlaceRequest(new_id("chk"), buyer, (Item(sku, qty),), where, at)
    (made,) = place_attributed(asked, visitor or f"v-{buyer}").orders
    return made


def pays(order: Order, *, at: datetime) -> Order:
    orders.mark_paid([world.captured(world.checkout_now(order.checkout_id), at=at)])
    return world.order_now(order.id)


def gives_back(order: Order, fen: int, *, at: datetime) -> None:
    asked = orders.request_after_sale(
        order.id, buyer_id=order.buyer_id, kind=AfterSaleKind.REFUND_ONLY,
        parts=[RefundPart(order.lines[0].id, fen)], reason="少件", now=at,
    )  # fmt: skip
    orders.decide_after_sale(asked.id, merchant_id=order.merchant_id, approve=True, actor="usr01STAFF", now=at)
    agreed = orders.after_sale(asked.id)
    orders.settle_refund([world.settled(agreed.refund_id, order, agreed.total_fen, at=at)])


def first_day() -> Street:
    """1 November, and the payment just after midnight."""
    tea, fruit = world.shop("云雾茶行", freight_fen=800), world.shop("阳光果园")
    green, apple = world.goods(tea, "明前龙井", ("50g", 6_800, 10)), world.goods(fruit, "苹果", ("5斤", 3_990, 9))
    red = promoter(1, at=T0 - timedelta(days=1))
    link = attribution.create_link(
        red.id, Target(TargetKind.PRODUCT, green.id, tea.id, green.title), Channel.GROUP, now=T0
    )
    assert attribution.touch(link.code, Visitor("v-usr01JIA", "usr01JIA", PHONE), now=T0).counted
    sold = pays(
        ordered("usr01JIA", green.skus[0].id, 2, "浙江省杭州市西湖区", at=T0 + timedelta(minutes=1)),
        at=T0 + timedelta(minutes=2),
    )
    unpaid = ordered("usr01YI", green.skus[0].id, 1, "内蒙古自治区呼和浩特市", at=T0 + timedelta(minutes=3))
    gone = pays(ordered("usr01BING", apple.skus[0].id, 1, "广东省广州市", at=NIGHT), at=NIGHT + timedelta(minutes=2))
    return Street(tea, fruit, green, apple, red, sold, unpaid, gone)


def later_days(street: Street) -> None:
    """3 and 4 November."""
    world.shipped(street.sold, at=T0 + timedelta(days=1))
    orders.receive(street.sold.id, buyer_id="usr01JIA", now=T0 + timedelta(days=2))
    gives_back(street.sold, 500, at=T0 + timedelta(days=3))
    gives_back(street.gone, street.gone.total_fen, at=T0 + timedelta(days=3))


def told(now: datetime = T0 + timedelta(days=3, hours=1)) -> None:
    """The events are heard, the job runs."""
    outbox.deliver_all(HEARD)
    analytics.refresh(now=now)


def seen(merchant_id: str = "", period: Period = WEEK) -> Board:
    return analytics.board(merchant_id, period)
