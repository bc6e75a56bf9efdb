"""商家时限: who lets a deadline pass has decided, the log says so, and nothing is decided a second early."""

from datetime import timedelta

import pytest

from tests.commerce.world import BUYER, T0, goods, order_now, paid, settled, shipped, shop, stock
from xintui.commerce.orders import facade as orders
from xintui.commerce.orders import models
from xintui.commerce.orders.contracts import AfterSale, AfterSaleKind, AfterSaleState, Order, RefundPart
from xintui.commerce.orders.terms import deadline
from xintui.infra import tenancy

pytestmark = pytest.mark.django_db
S, K = AfterSaleState, AfterSaleKind
ANSWER, SEND, CONFIRM, KEEP = (timedelta(hours=h) for h in (48, 168, 240, 240))


def sold() -> Order:
    product = goods(shop("云雾茶行"), "明前龙井", ("50g", 6_000, 10))
    (order,) = paid((product.skus[0].id, 1))
    return shipped(order)


def ask(order: Order, kind: AfterSaleKind) -> AfterSale:
    fen, qty = (0 if kind is K.EXCHANGE else 6_000), (0 if kind is K.REFUND_ONLY else 1)
    return orders.request_after_sale(
        order.id, buyer_id=BUYER, kind=kind, parts=[RefundPart(order.lines[0].id, fen, qty)], reason="坏了", now=T0
    )


def said(order: Order) -> str:
    return orders.order_file(order.id).timeline[-1].says


def pass_until(at: timedelta) -> int:
    """The sweep finds nothing a second before, and does its work on time, once."""
    assert orders.decide_overdue(now=T0 + at - timedelta(seconds=1)) == 0
    done = orders.decide_overdue(now=T0 + at)
    assert orders.decide_overdue(now=T0 + at) == 0
    return done


def test_the_deadlines_are_data_with_a_side_and_a_source() -> None:
    on = T0.date()
    found = {state: deadline(state, on) for state in S}
    assert {s.value: (d.side, d.hours) for s, d in found.items() if d} == {
        "applied": ("merchant", 48),
        "awaiting_return": ("buyer", 168),
        "returning": ("merchant", 240),
        "reshipped": ("buyer", 240),
    }
    assert "消费者权益保护法第二十五条" in found[S.RETURNING].source  # type: ignore[union-attr]


def test_a_refund_nobody_answered_is_decided_for_the_buyer() -> None:
    order = sold()
    sale = ask(order, K.REFUND_ONLY)
    assert (sale.due_at, sale.waits_for) == (T0 + ANSWER, "merchant")
    assert pass_until(ANSWER) == 1
    told = orders.after_sale(sale.id)
    assert (told.state, told.due_at, told.waits_for) == (S.REFUNDING, None, "")
    assert said(order) == "商家逾期未处理，平台按规则同意退款，正在原路退回"
    orders.settle_refund([settled(told.refund_id, order, 6_000)])
    assert order_now(order.id).refunded_fen == 6_000


def test_a_return_nobody_answered_and_nobody_confirmed_is_refunded() -> None:
    order = sold()
    sale = ask(order, K.RETURN_REFUND)
    assert pass_until(ANSWER) == 1
    assert said(order) == "商家逾期未处理，平台按规则同意退货，请寄回商品"
    at = T0 + ANSWER + timedelta(hours=1)
    back = orders.send_back(sale.id, buyer_id=BUYER, carrier="中通", tracking_no="ZT1000", now=at)
    assert (back.due_at, back.waits_for) == (at + CONFIRM, "merchant")
    assert pass_until(ANSWER + timedelta(hours=1) + CONFIRM) == 1
    assert orders.after_sale(sale.id).state is S.REFUNDING
    assert said(order) == "商家逾期未确认收到退货，平台按规则退款，正在原路退回"


def test_a_buyer_who_never_sends_the_goods_back_ends_the_request() -> None:
    order = sold()
    sale = ask(order, K.RETURN_REFUND)
    told = orders.decide_after_sale(sale.id, merchant_id=order.merchant_id, approve=True, actor="usr01STAFF", now=T0)
    assert (told.due_at, told.waits_for) == (T0 + SEND, "buyer")
    assert pass_until(SEND) == 1
    assert orders.after_sale(sale.id).state is S.CANCELLED
    assert (said(order), order_now(order.id).refund_pending_fen) == ("买家逾期未寄回商品，售后自动撤销", 0)


def test_an_exchange_that_is_never_sent_becomes_a_refund_and_one_never_confirmed_is_done() -> None:
    order = sold()
    sale = ask(order, K.EXCHANGE)
    assert pass_until(ANSWER) == 1
    orders.send_back(sale.id, buyer_id=BUYER, carrier="中通", tracking_no="ZT1000", now=T0 + ANSWER)
    assert pass_until(ANSWER + CONFIRM) == 1
    told = orders.after_sale(sale.id)
    assert (told.kind, told.state) == (K.RETURN_REFUND, S.REFUNDING)
    assert [e.says for e in orders.order_file(order.id).timeline[-2:]] == [
        "商家逾期未寄出换货商品，平台按规则改为退货退款",
        "商家逾期未确认收到退货，平台按规则退款，正在原路退回",
    ]


def test_a_replacement_nobody_complains_about_has_come() -> None:
    order = sold()
    sale = ask(order, K.EXCHANGE)
    orders.decide_after_sale(sale.id, merchant_id=order.merchant_id, approve=True, actor="usr01STAFF", now=T0)
    orders.send_back(sale.id, buyer_id=BUYER, carrier="中通", tracking_no="ZT1000", now=T0)
    orders.ship_replacement(
        sale.id, merchant_id=order.merchant_id, carrier="顺丰", tracking_no="SF2", actor="usr01STAFF", now=T0
    )
    assert pass_until(KEEP) == 1
    assert orders.after_sale(sale.id).state is S.EXCHANGED
    assert order_now(order.id).refund_pending_fen == 0


def test_one_that_cannot_be_carried_out_is_put_off_and_holds_nobody_up() -> None:
    stuck, fine = sold(), None
    asked = ask(stuck, K.REFUND_ONLY)
    models.Order.objects.filter(id=stuck.id).update(refunds=50)  # WeChat Pay takes no 51st refund
    product = goods(shop("阳光果园"), "苹果", ("5斤", 6_000, 9))
    (fine,) = paid((product.skus[0].id, 1))
    second = ask(fine, K.REFUND_ONLY)
    assert orders.decide_overdue(now=T0 + ANSWER) == 1
    assert orders.after_sale(second.id).state is S.REFUNDING
    put_off = orders.after_sale(asked.id)
    assert (put_off.state, put_off.due_at) == (S.APPLIED, T0 + ANSWER + timedelta(hours=1))


def test_the_worker_runs_the_sweep_for_every_shop() -> None:
    from xintui.entrypoints.processes import JOBS

    order = sold()
    ask(order, K.REFUND_ONLY)
    job = next(job for job in JOBS if job.name == "orders.decide_overdue")
    with tenancy.as_platform():
        assert job.run(T0 + ANSWER) == 1


def test_stock_returns_with_a_refund_before_shipping_that_the_clock_decided() -> None:
    product = goods(shop("云雾茶行"), "明前龙井", ("50g", 6_000, 10))
    (order,) = paid((product.skus[0].id, 1))
    sale = orders.request_after_sale(
        order.id,
        buyer_id=BUYER,
        kind=K.REFUND_ONLY,
        parts=[RefundPart(order.lines[0].id, 6_000, 1)],
        reason="拍错了",
        now=T0,
    )
    orders.decide_overdue(now=T0 + ANSWER)
    orders.settle_refund([settled(orders.after_sale(sale.id).refund_id, order, 6_000)])
    assert list(stock(product)) == [(10, 0, 0)]
