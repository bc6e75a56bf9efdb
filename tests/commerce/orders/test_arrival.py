"""到账周期: whoever waits for money is told the day, by the terms of the scene the account is settled in."""

from datetime import date, timedelta

import pytest

from tests.commerce.world import BUYER, T0, goods, order_now, paid, settled, shipped, shop
from xintui.commerce.orders import facade as orders
from xintui.commerce.orders.contracts import AfterSaleKind, Order, RefundPart

pytestmark = pytest.mark.django_db


def sold() -> Order:
    product = goods(shop("云雾茶行"), "明前龙井", ("50g", 6_000, 10))
    (order,) = paid((product.skus[0].id, 1))
    return order


@pytest.mark.parametrize(
    ("scene", "before", "after", "says"),
    [
        ("", date(2026, 11, 2), date(2026, 11, 2), "普通商户 T+1"),
        ("instant", date(2026, 11, 1), date(2026, 11, 1), "即时到账 T+0"),
        ("trading_miniprogram", date(2026, 11, 4), date(2026, 11, 9), "交易类小程序 T+3，自买家确认收货起算"),
    ],
)
def test_a_shop_is_told_the_day_by_its_scene(
    scene: str, before: date, after: date, says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XINTUI_SETTLEMENT_SCENE", scene)
    order = sold()
    assert (order.arrives_on, order.arrival_says) == (before, says)
    shipped(order)
    received = orders.receive(order.id, buyer_id=BUYER, now=T0 + timedelta(days=5))
    assert (received.arrives_on, received.arrival_says) == (after, says.partition("，")[0])


def test_an_order_without_money_has_no_day_and_a_refund_has_one_until_it_is_back() -> None:
    order = sold()
    sale = orders.request_after_sale(
        order.id,
        buyer_id=BUYER,
        kind=AfterSaleKind.REFUND_ONLY,
        parts=[RefundPart(order.lines[0].id, 6_000)],
        reason="不要了",
        now=T0,
    )
    assert sale.money_by is None
    told = orders.decide_after_sale(sale.id, merchant_id=order.merchant_id, approve=True, actor="usr01STAFF", now=T0)
    assert told.money_by == date(2026, 11, 4)
    orders.settle_refund([settled(told.refund_id, order, 6_000)])
    assert orders.after_sale(sale.id).money_by is None
    assert (order_now(order.id).arrives_on, order_now(order.id).arrival_says) == (None, "")
