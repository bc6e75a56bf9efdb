"""From the shop's page to the gateway's cashier and back, and the money home again: every byte over HTTP."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from tests.commerce.test_shop import Person, ordered
from tests.commerce.world import goods, shop, stock
from tests.support.gateway import Gateway, running_gateway
from xintui.commerce.orders import facade as orders
from xintui.commerce.orders.contracts import AfterSaleState, OrderState
from xintui.foundation.ledger import facade as ledger
from xintui.foundation.ledger.facade import Account, Kind
from xintui.foundation.payments import facade as payments
from xintui.foundation.payments.contracts import PaymentCaptured, PaymentClosed, RefundFailed, RefundSettled
from xintui.infra.outbox import facade as outbox

pytestmark = pytest.mark.django_db
WIRING = {
    PaymentCaptured: [orders.mark_paid],
    PaymentClosed: [orders.close_closed],
    RefundSettled: [orders.settle_refund],
    RefundFailed: [orders.fail_refund],
}


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[Gateway]:
    with running_gateway(tmp_path) as found:
        yield found


def work(gateway: Gateway) -> None:
    gateway.deliver()
    now = gateway.now()
    payments.take_inbox(now)
    payments.send_due(now)
    payments.poll_due(now)
    outbox.deliver_all(WIRING)


def test_a_person_pays_at_the_cashier_and_gets_a_part_back(gateway: Gateway) -> None:
    tea = shop("云雾茶行", freight_fen=800)
    green = goods(tea, "明前龙井", ("50g", 6_800, 10))
    person = Person()
    number = ordered(person, green.skus[0].id)
    link = re.search(r'href="(http[^"]+/sim/cashier/\w+)"', person.post(f"/pay/{number}"))
    assert link
    assert "付款" in httpx.get(link[1], trust_env=False).text
    assert httpx.post(link[1], trust_env=False).status_code == 200
    work(gateway)

    assert "付款成功" in person.get(f"/pay/{number}")
    (order,) = orders.checkout(number).orders
    assert stock(green) == [(10, 0, 2)]

    line = order.lines[0].id
    person.post(f"/me/orders/{order.id}", verb="ask", line=line, yuan="12.50", kind="refund_only", reason="少件")
    (asked,), _ = orders.after_sales(merchant_id=tea.id)
    orders.decide_after_sale(asked.id, merchant_id=tea.id, approve=True, actor="usr01STAFF", now=gateway.now())
    for _ in range(10):
        work(gateway)
        if orders.after_sale(asked.id).state is AfterSaleState.REFUNDED:
            break
        gateway.clock(minutes=2)

    after = orders.order_file(order.id).order
    assert (after.refunded_fen, after.refund_pending_fen) == (1_250, 0)
    assert after.fee_fen == (14_400 - 1_250) * 60 // 10_000 == 78
    assert ledger.balance(Account(Kind.MERCHANT_PAYABLE, tea.id)).posted_fen == 13_150 - 78
    assert "已退 ¥12.50" in person.get(f"/me/orders/{order.id}")
    assert ledger.audit() == []


def test_a_cashier_left_open_is_closed_at_the_gateway_before_the_goods_are_free(gateway: Gateway) -> None:
    green = goods(shop("云雾茶行"), "明前龙井", ("50g", 6_800, 10))
    person = Person()
    number = ordered(person, green.skus[0].id)
    person.post(f"/pay/{number}")
    gateway.clock(minutes=31)
    orders.close_unpaid(now=gateway.now())
    for _ in range(5):
        work(gateway)
        gateway.clock(minutes=2)

    assert orders.checkout(number).state is OrderState.CLOSED
    assert stock(green) == [(10, 0, 0)]
    assert orders.close_unpaid(now=gateway.now() + timedelta(hours=1)) == 0
