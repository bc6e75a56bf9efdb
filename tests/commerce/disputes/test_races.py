"""Real connections against each other (reliability, rows 6 and 16): a ruling, its withdrawal, an after-sale, an answer,
the deposit's return. Never more goes back than was captured, never less is held than is claimed."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import transaction

from tests.commerce.disputes.hands import (
    ARBITER,
    BOUGHT,
    HOUR,
    NOW,
    filed,
    goods,
    now_is,
    received,
    said,
    sale_of,
    secured,
    shop,
    shop_of,
)
from tests.commerce.world import order_now, settled
from tests.promotion.commission.test_races import together
from tests.promotion.conftest import committed  # noqa: F401
from tests.trust.deposits import hands as money
from xintui.commerce.catalog.contracts import Product
from xintui.commerce.disputes import facade
from xintui.commerce.disputes.contracts import Award, DisputeFile, Stand, State
from xintui.commerce.orders import facade as orders
from xintui.commerce.orders.contracts import AfterSaleKind, AfterSaleMoved, Order, RefundPart
from xintui.foundation.identity.contracts import SYSTEM
from xintui.foundation.ledger import facade as ledger
from xintui.infra import tenancy
from xintui.kernel.errors import DomainError
from xintui.trust.deposits import facade as deposits
from xintui.trust.deposits.contracts import Holder

LATE = NOW + 48 * HOUR


@pytest.fixture(autouse=True)
def _real(committed: str) -> Iterator[None]:  # noqa: F811
    with tenancy.as_platform():
        yield
        with transaction.atomic():
            assert ledger.audit() == []


@pytest.fixture
def pot(_real: None) -> Product:
    return goods(shop("陶艺坊"), "紫砂壶", ("一把", 168_00, 50))


def asked_back(order: Order, fen: int) -> Callable[[], Any]:
    part = RefundPart(order.lines[0].id, fen)
    return lambda: orders.request_after_sale(
        order.id, buyer_id=BOUGHT.user_id, kind=AfterSaleKind.REFUND_ONLY, parts=[part], reason="碎了", now=LATE
    )


def never_too_much(order: Order) -> None:
    now = order_now(order.id)
    assert 0 <= now.refund_pending_fen + now.refunded_fen <= now.total_fen == 168_00
    line = now.lines[0]
    assert line.refund_pending_fen + line.refunded_fen <= line.paid_fen


def covered(holder: Holder) -> None:
    now = money.now(holder, at=NOW)
    claimed = sum(one.held_fen for one in now.claims if one.state == "open")
    assert now.paid_fen >= now.held_fen >= claimed


@pytest.mark.parametrize("round_", range(3))
def test_a_ruling_a_withdrawal_an_answer_and_two_after_sales_at_once(pot: Product, round_: int) -> None:
    holder = secured(shop_of(pot))
    order = received(pot)
    found = filed(order)
    number = found.dispute.id
    answers = together(
        lambda: facade.decide_overdue(now=LATE),
        asked_back(order, 100_00),
        lambda: facade.withdraw(number, by=BOUGHT, now=LATE),
        asked_back(order, 100_00),
        lambda: said(found, Stand.ACCEPT, at=LATE),
        lambda: deposits.give_all_back(holder, by=SYSTEM, now=LATE),
        lambda: facade.decide_overdue(now=LATE),
    )
    assert all(not isinstance(one, Exception) or isinstance(one, DomainError) for one in answers), answers
    never_too_much(order)
    covered(holder)
    one = now_is(found).dispute
    assert one.state in {State.RULED, State.WITHDRAWN, State.FINAL}
    if one.state is State.RULED:
        assert sale_of(found).total_fen == one.ruled_fen <= 168_00


def test_the_deposit_goes_back_while_complaints_come_and_what_they_claim_stays(pot: Product) -> None:
    holder = secured(shop_of(pot))
    bought = [received(pot) for _ in range(4)]
    answers = together(
        *[lambda order=order: filed(order) for order in bought],
        lambda: deposits.give_all_back(holder, by=SYSTEM, now=NOW),
    )
    assert sum(isinstance(one, DisputeFile) for one in answers) == 4, answers
    now = money.now(holder, at=NOW)
    held = sum(one.held_fen for one in now.claims)
    going = sum(one.amount_fen for one in now.returns)
    assert held + going == now.held_fen == now.paid_fen == 200_000
    assert all(one.held_fen in (0, 168_00) for one in now.claims)


def test_of_four_complaints_about_one_line_one_is_filed(pot: Product) -> None:
    order = received(pot)
    answers = together(*[lambda: filed(order)] * 4)
    assert sum(isinstance(one, DisputeFile) for one in answers) == 1, answers


def test_one_arrival_told_by_four_at_once_takes_the_deposit_once(pot: Product) -> None:
    holder = secured(shop_of(pot))
    order = received(pot)
    found = filed(order)
    said(found, Stand.ACCEPT)
    sale = sale_of(found)
    orders.settle_refund([settled(sale.refund_id, order, sale.total_fen, at=NOW)])
    told = AfterSaleMoved(
        sale.id, order.id, order.merchant_id, order.buyer_id, "refund_only", "settle", "refunded", "psp",
        sale.total_fen, "", NOW,
    )  # fmt: skip
    assert together(*[lambda: facade.refund_moved([told])] * 4) == [None] * 4
    assert now_is(found).dispute.state is State.PAID
    assert money.now(holder, at=NOW).paid_fen == 200_000 - 168_00


def test_two_arbiters_at_once_decide_once(pot: Product) -> None:
    order = received(pot)
    found = filed(order)
    said(found, Stand.CONTEST)
    number = found.dispute.id
    answers = together(
        lambda: facade.arbitrate(number, Award(100_00, "支持大部分"), by=ARBITER, now=NOW),
        lambda: facade.arbitrate(number, Award(0, "不支持"), by=ARBITER, now=NOW),
        lambda: facade.arbitrate(number, Award(60_00, "支持小部分"), by=ARBITER, now=NOW),
        lambda: facade.withdraw(number, by=BOUGHT, now=NOW),
    )
    assert sum(isinstance(one, DisputeFile) for one in answers) == 1, answers
    never_too_much(order)
