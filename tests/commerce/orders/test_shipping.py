"""The parcel's way, by hand and by the passing of time."""

from datetime import timedelta

import pytest

from tests.commerce.world import BUYER, T0, goods, paid, shipped, shop
from xintui.commerce.orders import facade as orders
from xintui.commerce.orders.contracts import (
    AfterSaleKind,
    AfterSaleState,
    OrderNotFound,
    OrderReceived,
    OrderState,
    OrderVerb,
    RefundPart,
)
from xintui.commerce.orders.rules import AFTERSALE_FLOW, ORDER_FLOW
from xintui.infra.outbox import facade as outbox
from xintui.kernel.states import NoSuchMove

db = pytest.mark.django_db
S, V = OrderState, OrderVerb


@db
def test_the_buyer_receives_and_the_world_hears_of_every_line() -> None:
    green = goods(shop("云雾茶行"), "明前龙井", ("50g", 6_800, 10), ("250g", 29_900, 5))
    (order,) = paid((green.skus[0].id, 1), (green.skus[1].id, 1))
    shipped(order)
    with pytest.raises(OrderNotFound):
        orders.receive(order.id, buyer_id="usr01OTHER", now=T0)

    got = orders.receive(order.id, buyer_id=BUYER, now=T0 + timedelta(days=2))

    assert (got.state, got.received_at) == (S.RECEIVED, T0 + timedelta(days=2))
    heard: list[OrderReceived] = []
    outbox.deliver_all({OrderReceived: [heard.extend]})
    assert [(e.order_id, e.line_ids) for e in heard] == [(order.id, tuple(line.id for line in order.lines))]
    with pytest.raises(NoSuchMove):
        orders.receive(order.id, buyer_id=BUYER, now=T0)


@db
def test_another_shop_cannot_ship_the_order() -> None:
    green = goods(shop("云雾茶行"), "明前龙井", ("50g", 6_800, 10))
    (order,) = paid((green.skus[0].id, 1))
    with pytest.raises(OrderNotFound):
        orders.ship(order.id, merchant_id="mch01OTHER", carrier="x", tracking_no="1", actor="x", now=T0)


@db
def test_parcels_are_received_automatically_after_the_shops_own_days_unless_an_after_sale_is_open() -> None:
    green = goods(shop("云雾茶行", auto_receipt_days=7), "明前龙井", ("50g", 6_800, 100))
    sent = [shipped(paid((green.skus[0].id, 1))[0]) for _ in range(3)]
    orders.request_after_sale(
        sent[2].id,
        buyer_id=BUYER,
        kind=AfterSaleKind.REFUND_ONLY,
        parts=[RefundPart(sent[2].lines[0].id, 5)],
        reason="少件",
        now=T0,
    )
    due = T0 + timedelta(hours=1, days=7)

    assert orders.auto_receive(now=due - timedelta(seconds=1)) == 0
    assert orders.auto_receive(now=due) == 2
    assert orders.auto_receive(now=due) == 0

    states = [orders.order_file(order.id).order.state for order in sent]
    assert states == [S.RECEIVED, S.RECEIVED, S.SHIPPED]
    heard: list[OrderReceived] = []
    outbox.deliver_all({OrderReceived: [heard.extend]})
    assert {e.order_id for e in heard} == {sent[0].id, sent[1].id}
    assert orders.finish(now=due + timedelta(days=15, seconds=-1)) == 0
    assert orders.finish(now=due + timedelta(days=15)) == 2


@pytest.mark.parametrize("state", list(S))
@pytest.mark.parametrize("verb", list(V))
def test_the_life_of_an_order_is_exactly_this_table(state: S, verb: V) -> None:
    allowed = {
        (S.PLACED, V.PAY): S.PAID,
        (S.PLACED, V.CLOSE): S.CLOSED,
        (S.PAID, V.SHIP): S.SHIPPED,
        (S.PAID, V.REFUND_ALL): S.REFUNDED,
        (S.SHIPPED, V.RECEIVE): S.RECEIVED,
        (S.SHIPPED, V.REFUND_ALL): S.REFUNDED,
        (S.RECEIVED, V.REFUND_ALL): S.REFUNDED,
        (S.RECEIVED, V.FINISH): S.DONE,
    }
    if (state, verb) in allowed:
        assert ORDER_FLOW.after(state, verb) is allowed[state, verb]
    else:
        with pytest.raises(NoSuchMove):
            ORDER_FLOW.after(state, verb)


def test_nothing_leads_out_of_the_ends_of_an_after_sale() -> None:
    ends = {AfterSaleState.REFUNDED, AfterSaleState.REJECTED, AfterSaleState.CANCELLED, AfterSaleState.EXCHANGED}
    assert {state for state in AfterSaleState if not AFTERSALE_FLOW.verbs(state)} == ends
