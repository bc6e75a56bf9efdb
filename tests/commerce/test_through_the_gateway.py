"""From the shop's page to the gateway's cashier and back, and the money home again: every byte over HTTP."""

import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
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
from xintui.foundation.payments.contracts import (
    PaymentCaptured,
    PaymentClosed,
    PaymentState,
    RefundFailed,
    RefundSettled,
    RefundState,
)
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
    with running_gateway(tmp_path, alipay=True) as found:
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


def at_alipay(person: Person, number: str) -> str:
    """The buyer chooses Alipay and lands on its cashier page, where the button to pay is."""
    shown = person.post(f"/pay/{number}", method="alipay")
    assert "打开支付宝收银台" in shown
    link = re.search(r'href="(http[^"]+/gateway\.do\?[^"]+)"', shown)
    assert link
    page = httpx.get(unescape(link[1]), trust_env=False, follow_redirects=True)
    assert (page.status_code, "付款" in page.text) == (200, True)
    return str(page.url)


def test_a_person_chooses_alipay_pays_and_gets_a_part_back(gateway: Gateway) -> None:
    tea = shop("云雾茶行", freight_fen=800)
    green = goods(tea, "明前龙井", ("50g", 6_800, 10))
    person = Person()
    number = ordered(person, green.skus[0].id)
    asked = person.get(f"/pay/{number}")
    assert asked.index('value="wechat"') < asked.index('value="alipay"')
    cashier = at_alipay(person, number)
    done = httpx.post(cashier, trust_env=False)
    assert f"/pay/{number}?" in unescape(done.text)  # the way back to the shop
    work(gateway)

    assert "付款成功" in person.get(f"/pay/{number}")
    (order,) = orders.checkout(number).orders
    assert ledger.balance(Account(Kind.GATEWAY_CLEARING, "alipay")).posted_fen == 14_400
    assert ledger.balance(Account(Kind.GATEWAY_CLEARING, "wechat")).posted_fen == 0

    person.post(
        f"/me/orders/{order.id}", verb="ask", line=order.lines[0].id, yuan="12.50", kind="refund_only", reason="少件"
    )
    (sale,), _ = orders.after_sales(merchant_id=tea.id)
    orders.decide_after_sale(sale.id, merchant_id=tea.id, approve=True, actor="usr01STAFF", now=gateway.now())
    gateway.faults("answer.lost", where="alipay.trade.refund")  # and only the query tells
    for _ in range(10):
        work(gateway)
        if orders.after_sale(sale.id).state is AfterSaleState.REFUNDED:
            break
        gateway.clock(minutes=2)

    after = orders.order_file(order.id).order
    assert (after.refunded_fen, after.fee_fen) == (1_250, 78)
    assert gateway.world.books.ali_trades[payments.payments_of([number])[0].id].refunded == 1_250
    assert ledger.balance(Account(Kind.GATEWAY_CLEARING, "alipay")).posted_fen == 13_150
    assert ledger.balance(Account(Kind.MERCHANT_PAYABLE, tea.id)).posted_fen == 13_150 - 78
    assert ledger.audit() == []


def test_who_goes_from_alipay_to_wechat_and_pays_both_is_credited_once_and_the_rest_is_kept_apart(
    gateway: Gateway,
) -> None:
    tea = shop("云雾茶行", freight_fen=800)
    green = goods(tea, "明前龙井", ("50g", 6_800, 10))
    person = Person()
    number = ordered(person, green.skus[0].id)
    first = at_alipay(person, number)
    second = re.search(r'href="(http[^"]+/sim/cashier/\w+)"', person.post(f"/pay/{number}", method="wechat"))
    assert second
    assert httpx.post(first, trust_env=False).status_code == 200
    assert httpx.post(second[1], trust_env=False).status_code == 200
    for _ in range(3):
        work(gateway)
        gateway.clock(minutes=2)

    made = orders.checkout(number)
    assert made.state is OrderState.PAID
    (alone,), _ = orders.quarantined()
    assert (alone.reason, alone.amount_fen) == ("paid_twice", 14_400)
    refund = orders.return_quarantined(alone.payment_id, actor="usr01STAFF", now=gateway.now())
    for _ in range(5):
        work(gateway)
        gateway.clock(minutes=2)
    assert payments.refund(refund).state is RefundState.SUCCEEDED
    clearing = [ledger.balance(Account(Kind.GATEWAY_CLEARING, psp)).posted_fen for psp in ("alipay", "wechat")]
    assert sorted(clearing) == [0, 14_400]
    assert ledger.audit() == []


def test_the_way_not_taken_is_closed_once_the_other_is_paid(gateway: Gateway) -> None:
    green = goods(shop("云雾茶行"), "明前龙井", ("50g", 6_800, 10))
    person = Person()
    number = ordered(person, green.skus[0].id)
    first = at_alipay(person, number)
    person.post(f"/pay/{number}", method="wechat")
    httpx.post(first, trust_env=False)
    for _ in range(4):
        work(gateway)
        gateway.clock(minutes=1)
    states = {one.psp: one.state for one in payments.payments_of([number])}
    assert states == {"alipay": PaymentState.CAPTURED, "wechat": PaymentState.CLOSED}
    assert orders.checkout(number).state is OrderState.PAID
