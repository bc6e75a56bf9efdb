"""Reliability rows 4–6: real threads, real connections, released together. No limit is ever passed."""

import threading
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection

from tests.commerce.world import (
    BUYER,
    T0,
    captured,
    checkout_now,
    goods,
    order_now,
    paid,
    place,
    request,
    settled,
    shop,
    stock,
)
from xintui.commerce.orders import facade as orders
from xintui.commerce.orders.contracts import AfterSaleKind, OrderState, RefundPart
from xintui.foundation.ledger import facade as ledger
from xintui.foundation.ledger.facade import Account, Kind
from xintui.infra import tenancy
from xintui.kernel.errors import DomainError

pytestmark = pytest.mark.django_db(transaction=True)


def together(*tasks: Callable[[], object]) -> Counter[str]:
    """Run the tasks at once, each on its own connection; how they ended, by refusal code."""
    barrier, ends = threading.Barrier(len(tasks)), Counter[str]()
    lock = threading.Lock()

    def run(task: Callable[[], object]) -> None:
        with tenancy.as_platform():
            try:
                connection.ensure_connection()
                barrier.wait()
                task()
                end = "ok"
            except DomainError as refusal:
                end = refusal.code
            except Exception as bug:
                end = f"bug: {bug!r}"
            finally:
                connection.close()
        with lock:
            ends[end] += 1

    threads = [threading.Thread(target=run, args=(task,)) for task in tasks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return ends


def test_twenty_buyers_of_seven_pieces_seven_get_one() -> None:
    green = goods(shop("云雾茶行"), "明前龙井", ("50g", 6_800, 7))
    asked = [request((green.skus[0].id, 1), buyer_id=f"usr01B{n}") for n in range(20)]

    ends = together(*(lambda r=r: orders.place(r) for r in asked))

    assert ends == {"ok": 7, "catalog.out_of_stock": 13}
    assert stock(green) == [(7, 7, 0)]


def test_carts_that_name_the_same_goods_in_opposite_order_do_not_deadlock() -> None:
    green = goods(shop("云雾茶行"), "明前龙井", ("50g", 6_800, 1000), ("250g", 29_900, 1000))
    one, two = green.skus[0].id, green.skus[1].id
    carts = [request((one, 1), (two, 1)) if n % 2 else request((two, 1), (one, 1)) for n in range(24)]

    ends = together(*(lambda r=r: orders.place(r) for r in carts))

    assert ends == {"ok": 24}
    assert stock(green) == [(1000, 24, 0), (1000, 24, 0)]


def test_one_checkout_sent_ten_times_at_once_is_placed_once() -> None:
    green = goods(shop("云雾茶行"), "明前龙井", ("50g", 6_800, 100))
    asked = request((green.skus[0].id, 3))

    ends = together(*(lambda: orders.place(asked) for _ in range(10)))

    assert ends == {"ok": 10}
    assert stock(green) == [(100, 3, 0)]
    assert len(checkout_now(asked.checkout_id).orders) == 1


def test_ten_parallel_refunds_of_a_third_each_three_pass() -> None:
    green = goods(shop("云雾茶行"), "明前龙井", ("50g", 9_000, 100))
    (order,) = paid((green.skus[0].id, 1))
    part = [RefundPart(order.lines[0].id, 3_000)]

    ends = together(
        *(
            lambda: orders.request_after_sale(
                order.id, buyer_id=BUYER, kind=AfterSaleKind.REFUND_ONLY, parts=part, reason="r", now=T0
            )
            for _ in range(10)
        )
    )

    assert ends == {"ok": 3, "orders.refund_too_large": 7}
    assert order_now(order.id).refund_pending_fen == 9_000


def test_a_refund_settled_five_times_at_once_counts_once() -> None:
    green = goods(shop("云雾茶行"), "明前龙井", ("50g", 9_000, 100))
    (order,) = paid((green.skus[0].id, 1))
    asked = orders.request_after_sale(
        order.id,
        buyer_id=BUYER,
        kind=AfterSaleKind.REFUND_ONLY,
        parts=[RefundPart(order.lines[0].id, 4_000)],
        reason="r",
        now=T0,
    )
    told = orders.decide_after_sale(asked.id, merchant_id=order.merchant_id, approve=True, actor="s", now=T0)
    event = settled(told.refund_id, order, 4_000)

    ends = together(*(lambda: orders.settle_refund([event]) for _ in range(5)))

    assert ends == {"ok": 5}
    after = order_now(order.id)
    assert (after.refunded_fen, after.refund_pending_fen, after.fee_fen) == (4_000, 0, 30)
    assert ledger.balance(Account(Kind.MERCHANT_PAYABLE, order.merchant_id)).posted_fen == 5_000 - 30


def test_a_decision_taken_by_two_people_at_once_refunds_once() -> None:
    green = goods(shop("云雾茶行"), "明前龙井", ("50g", 9_000, 100))
    (order,) = paid((green.skus[0].id, 1))
    asked = orders.request_after_sale(
        order.id,
        buyer_id=BUYER,
        kind=AfterSaleKind.REFUND_ONLY,
        parts=[RefundPart(order.lines[0].id, 4_000)],
        reason="r",
        now=T0,
    )

    ends = together(
        *(
            lambda: orders.decide_after_sale(asked.id, merchant_id=order.merchant_id, approve=True, actor="s", now=T0)
            for _ in range(4)
        )
    )

    assert ends == {"ok": 1, "state.no_such_move": 3}


@pytest.mark.parametrize("round_", range(6))
def test_paying_and_closing_at_the_same_moment_one_of_them_wins_whole(round_: int) -> None:
    green = goods(shop("云雾茶行"), "明前龙井", ("50g", 6_800, 10))
    checkout = place((green.skus[0].id, 2))
    event = captured(checkout)

    ends = together(lambda: orders.mark_paid([event]), lambda: orders.close_unpaid(now=T0 + timedelta(minutes=30)))

    assert ends == {"ok": 2}
    after = checkout_now(checkout.id)
    assert after.state is OrderState.PAID  # captured money is never thrown away by the sweep
    assert stock(green) == [(10, 0, 2)]


def test_a_callback_told_by_eight_workers_at_once_credits_once() -> None:
    green = goods(shop("云雾茶行"), "明前龙井", ("50g", 6_800, 10))
    checkout = place((green.skus[0].id, 2))
    event = captured(checkout)
    before = ledger.balance(Account(Kind.GATEWAY_CLEARING, "wechat")).posted_fen

    assert together(*(lambda: orders.mark_paid([event]) for _ in range(8))) == {"ok": 8}

    assert ledger.balance(Account(Kind.GATEWAY_CLEARING, "wechat")).posted_fen - before == 13_600
    assert stock(green) == [(10, 0, 2)]
