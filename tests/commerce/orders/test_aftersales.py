"""Money goes back by line and amount, never more than was paid, and counts only when the PSP says that it is back."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.commerce.world import BUYER, T0, failed, goods, paid, settled, shipped, shop, stock
from xintui.commerce.orders import facade as orders
from xintui.commerce.orders import models, rules
from xintui.commerce.orders.contracts import (
    AfterSale,
    AfterSaleKind,
    AfterSaleNotFound,
    AfterSaleOpen,
    AfterSaleState,
    BadAfterSale,
    LineRefunded,
    Order,
    OrderNotFound,
    OrderState,
    RefundPart,
    RefundTooLarge,
    TooManyRefunds,
)
from xintui.foundation.ledger import facade as ledger
from xintui.foundation.ledger.facade import Account, Kind
from xintui.infra.outbox import facade as outbox
from xintui.kernel.states import NoSuchMove

pytestmark = pytest.mark.django_db
REFUND, RETURN = AfterSaleKind.REFUND_ONLY, AfterSaleKind.RETURN_REFUND


def tea(price: int = 6_833, qty: int = 3, freight: int = 800) -> tuple[Order, list[tuple[int, int, int]]]:
    merchant = shop("云雾茶行", freight_fen=freight)
    green = goods(merchant, "明前龙井", ("50g", price, 10))
    (order,) = paid((green.skus[0].id, qty))
    return order, list(stock(green))


def ask(order: Order, fen: int, *, qty: int = 0, kind: AfterSaleKind = REFUND) -> AfterSale:
    return orders.request_after_sale(
        order.id, buyer_id=BUYER, kind=kind, parts=[RefundPart(order.lines[0].id, fen, qty)], reason="不想要了", now=T0
    )


def decide(sale: AfterSale, approve: bool = True, **more: bool) -> AfterSale:
    return orders.decide_after_sale(
        sale.id, merchant_id=sale.merchant_id, approve=approve, actor="usr01STAFF", now=T0, note="同意", **more
    )


def now_of(order: Order) -> Order:
    return orders.order_file(order.id).order


def test_a_partial_refund_is_reserved_when_asked_and_effective_when_the_money_is_back() -> None:
    order, _ = tea()
    asked = ask(order, 5_000)
    assert (now_of(order).refund_pending_fen, now_of(order).lines[0].refund_pending_fen) == (5_000, 5_000)

    told = decide(asked)
    assert (told.state, told.total_fen) == (AfterSaleState.REFUNDING, 5_000)
    assert ledger.balance(Account(Kind.GATEWAY_CLEARING, "wechat")).posted_fen == order.total_fen  # not yet

    event = settled(told.refund_id, order, 5_000)
    orders.settle_refund([event])
    orders.settle_refund([event])  # told again: nothing more

    after = now_of(order)
    assert (after.refund_pending_fen, after.refunded_fen, after.state) == (0, 5_000, OrderState.PAID)
    assert after.lines[0].refunded_fen == 5_000
    assert (order.fee_fen, after.fee_fen) == (127, 97)  # floor(21299 × 0.6 %), floor(16299 × 0.6 %)
    assert ledger.balance(Account(Kind.PLATFORM_FEE, "platform")).posted_fen == 97
    assert ledger.balance(Account(Kind.MERCHANT_PAYABLE, order.merchant_id)).posted_fen == 16_299 - 97
    assert ledger.balance(Account(Kind.GATEWAY_CLEARING, "wechat")).posted_fen == 16_299
    heard: list[LineRefunded] = []
    outbox.deliver_all({LineRefunded: [heard.extend]})
    assert [(e.line_id, e.refund_fen, e.refunded_at) for e in heard] == [
        (order.lines[0].id, 5_000, T0 + timedelta(days=1))
    ]
    assert [e.verb for e in orders.order_file(order.id).timeline] == [
        "place",
        "pay",
        "apply",
        "approve_refund",
        "settle",
    ]
    assert ledger.audit() == []


def test_before_shipping_a_full_refund_brings_the_freight_and_the_stock_back_and_ends_the_order() -> None:
    order, _ = tea()
    asked = ask(order, 20_499, qty=3)
    assert (asked.freight_fen, asked.total_fen) == (800, 21_299)
    told = decide(asked)
    orders.settle_refund([settled(told.refund_id, order, 21_299)])

    after = now_of(order)
    assert (after.state, after.refunded_fen, after.fee_fen) == (OrderState.REFUNDED, 21_299, 0)
    assert ledger.balance(Account(Kind.MERCHANT_PAYABLE, order.merchant_id)).posted_fen == 0
    line = models.Line.objects.get(order_id=order.id)
    from xintui.commerce.catalog import facade as catalog

    (sku,) = catalog.get(line.product_id).skus
    assert (sku.reserved_qty, sku.sold_qty, sku.available_qty) == (0, 0, 10)


def test_after_shipping_the_freight_stays_and_a_return_travels_first() -> None:
    order, _ = tea()
    shipped(order)
    orders.receive(order.id, buyer_id=BUYER, now=T0 + timedelta(days=3))
    asked = ask(order, 20_499, qty=3, kind=RETURN)
    assert asked.freight_fen == 0
    assert decide(asked).state is AfterSaleState.AWAITING_RETURN
    with pytest.raises(NoSuchMove):
        decide(asked)
    back = orders.send_back(asked.id, buyer_id=BUYER, carrier="中通", tracking_no="ZT1", now=T0)
    assert back.state is AfterSaleState.RETURNING
    told = decide(asked, restock=True)
    assert told.state is AfterSaleState.REFUNDING
    orders.settle_refund([settled(told.refund_id, order, 20_499)])
    assert now_of(order).state is OrderState.REFUNDED
    assert now_of(order).refunded_fen == 20_499


def test_a_refund_larger_than_what_is_left_is_refused() -> None:
    order, _ = tea()
    ask(order, 20_000)
    with pytest.raises(RefundTooLarge):
        ask(order, 500)
    assert now_of(order).refund_pending_fen == 20_000
    assert ask(order, 499).total_fen == 499 + 800  # the last of the goods, unshipped: the freight with it


def test_rejecting_cancelling_and_failing_free_what_was_reserved() -> None:
    order, _ = tea()
    decide(ask(order, 20_000), approve=False)
    orders.cancel_after_sale(ask(order, 20_000).id, buyer_id=BUYER, now=T0)
    told = decide(ask(order, 20_000))
    orders.fail_refund([failed(told.refund_id, order, 20_000)])
    orders.fail_refund([failed(told.refund_id, order, 20_000)])

    after = now_of(order)
    assert (after.refund_pending_fen, after.refunded_fen, after.lines[0].refund_pending_fen) == (0, 0, 0)
    assert orders.after_sale(told.id).state is AfterSaleState.REFUND_FAILED

    from xintui.foundation.payments import models as payment_rows

    payment_rows.Payment.objects.update(refunded_fen=0)  # what payments does when a refund has definitely failed
    again = decide(told)
    assert again.refund_id != told.refund_id
    orders.settle_refund([settled(told.refund_id, order, 20_000), settled(again.refund_id, order, 20_000)])
    assert (now_of(order).refunded_fen, now_of(order).refund_pending_fen) == (20_000, 0)


def test_form_is_checked() -> None:
    order, _ = tea()
    line = order.lines[0].id
    for parts in ([], [RefundPart(line, 0)], [RefundPart(line, -5)], [RefundPart("x", 5)], [RefundPart(line, 5, 4)]):
        with pytest.raises(BadAfterSale):
            orders.request_after_sale(order.id, buyer_id=BUYER, kind=REFUND, parts=parts, reason="", now=T0)
    with pytest.raises(BadAfterSale):
        ask(order, 5, kind=RETURN, qty=1)  # nothing was shipped
    with pytest.raises(OrderNotFound):
        orders.request_after_sale(
            order.id, buyer_id="usr01OTHER", kind=REFUND, parts=[RefundPart(line, 5)], reason="", now=T0
        )


def test_another_merchant_and_another_buyer_cannot_touch_the_after_sale() -> None:
    order, _ = tea()
    asked = ask(order, 5)
    with pytest.raises(AfterSaleNotFound):
        orders.decide_after_sale(asked.id, merchant_id="mch01OTHER", approve=True, actor="x", now=T0)
    with pytest.raises(AfterSaleNotFound):
        orders.cancel_after_sale(asked.id, buyer_id="usr01OTHER", now=T0)


def test_the_parcel_waits_while_an_after_sale_is_open() -> None:
    order, _ = tea()
    asked = ask(order, 5)
    with pytest.raises(AfterSaleOpen):
        shipped(order)
    decide(asked, approve=False)
    assert shipped(order).state is OrderState.SHIPPED


def test_the_51st_refund_of_an_order_is_refused() -> None:
    order, _ = tea()
    models.Order.objects.update(refunds=50)
    asked = ask(order, 5)
    with pytest.raises(TooManyRefunds):
        decide(asked)
    assert orders.after_sale(asked.id).state is AfterSaleState.APPLIED


def test_the_database_itself_refuses_more_than_was_paid() -> None:
    order, _ = tea()
    for rows in (models.Order.objects.filter(id=order.id), models.Line.objects.filter(order_id=order.id)):
        for field in ("refunded_fen", "refund_pending_fen"):
            for value in (order.total_fen + 1, -1):
                with pytest.raises(IntegrityError), transaction.atomic():
                    rows.update(**{field: value})


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    prices=st.lists(st.integers(1, 9_999), min_size=1, max_size=3),
    steps=st.lists(
        st.tuples(st.integers(0, 2), st.integers(1, 9_999), st.sampled_from(["settle", "fail", "reject", "leave"])),
        max_size=8,
    ),
)
def test_any_sequence_of_partial_refunds_keeps_the_sums(prices: list[int], steps: list[tuple[int, int, str]]) -> None:
    with transaction.atomic():
        merchant = shop(f"茶行{models.Order.objects.count()}{prices}{len(steps)}", freight_fen=7)
        product = goods(merchant, "拼配", *((f"规格{n}", price, 9) for n, price in enumerate(prices)))
        (order,) = paid(*((sku.id, 1) for sku in product.skus))
        assert sum(line.paid_fen for line in order.lines) + order.freight_fen == order.total_fen
        settled_fen = 0
        for index, fen, end in steps:
            line = order.lines[index % len(order.lines)]
            if now_of(order).state is OrderState.REFUNDED:
                break
            try:
                sale = orders.request_after_sale(
                    order.id, buyer_id=BUYER, kind=REFUND, parts=[RefundPart(line.id, fen)], reason="r", now=T0
                )
            except RefundTooLarge:
                continue
            if end == "reject":
                decide(sale, approve=False)
            elif end != "leave":
                told = decide(sale)
                if end == "settle":
                    orders.settle_refund([settled(told.refund_id, order, told.total_fen)])
                    settled_fen += told.total_fen
                else:
                    orders.fail_refund([failed(told.refund_id, order, told.total_fen)])
                    _payments_failed(told.total_fen, order)
            _sums_hold(order, settled_fen)
        transaction.set_rollback(True)


def _payments_failed(fen: int, order: Order) -> None:
    from django.db.models import F

    from xintui.foundation.payments import models as payment_rows

    payment_rows.Payment.objects.filter(id=order.payment_id).update(refunded_fen=F("refunded_fen") - fen)


def _sums_hold(order: Order, settled_fen: int) -> None:
    after = now_of(order)
    assert after.refunded_fen == settled_fen
    assert 0 <= after.refunded_fen + after.refund_pending_fen <= after.total_fen
    for line in after.lines:
        assert 0 <= line.refunded_fen + line.refund_pending_fen <= line.paid_fen
    assert sum(line.paid_fen for line in after.lines) + after.freight_fen == after.total_fen
    assert after.fee_fen == rules.fee_on(after.total_fen, after.refunded_fen, 60)
    shop_account = Account(Kind.MERCHANT_PAYABLE, order.merchant_id)
    assert ledger.balance(shop_account).posted_fen == after.total_fen - settled_fen - after.fee_fen
