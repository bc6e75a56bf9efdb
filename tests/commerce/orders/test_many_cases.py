"""After-sales of many at once are the same as one after the other: states, money, log, events and refusals."""

import dataclasses
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.commerce.world import T0, goods, paid, settled, shipped, shop, stock
from xintui.commerce.catalog.contracts import Product
from xintui.commerce.orders import facade as orders
from xintui.commerce.orders import models
from xintui.commerce.orders.contracts import (
    AfterSale,
    AfterSaleKind,
    AfterSaleRequest,
    Arrival,
    Decision,
    GoodsPosted,
    Order,
    RefundPart,
)
from xintui.foundation.ledger import facade as ledger
from xintui.foundation.ledger.facade import Account, Kind
from xintui.infra.outbox.models import OutboxEvent

pytestmark = pytest.mark.django_db


def _bought(apple: Product, n: int, name: str = "") -> list[Order]:
    """`n` orders of three apples each, received, of as many buyers."""
    made = [
        shipped(paid((apple.skus[0].id, 3), checkout_id=f"chk{name}{k:04d}", buyer_id=f"usr{name}{k:04d}")[0])
        for k in range(n)
    ]
    day = T0 + timedelta(days=2)
    said = orders.receive_many([Arrival(order.id, order.buyer_id, day) for order in made])
    return [one for one in said if isinstance(one, Order)]


def _cases(bought: Sequence[Order]) -> list[AfterSaleRequest]:
    """A part, all of it, a return, more than was paid, a stranger's."""
    at, only, back = T0 + timedelta(days=3), AfterSaleKind.REFUND_ONLY, AfterSaleKind.RETURN_REFUND
    kinds = [(only, 1_00, 0), (only, 119_70, 3), (back, 79_80, 2), (only, 119_71, 0), (only, 1_00, 0)]
    asked = [
        AfterSaleRequest(order.id, order.buyer_id, kind, [RefundPart(order.lines[0].id, fen, qty)], "不想要了", at)
        for order, (kind, fen, qty) in zip(bought, kinds, strict=True)
    ]
    return [*asked[:-1], dataclasses.replace(asked[-1], buyer_id="usr-stranger")]


def _decisions(sales: Sequence[AfterSale], at: datetime) -> list[Decision]:
    """Agreed to, a stranger's shop, and one that is not there."""
    first = [Decision(sale.id, sale.merchant_id, True, at, "同意") for sale in sales]
    return [*first, Decision(sales[0].id, "mch-other", True, at), Decision("afs-none", sales[0].merchant_id, True, at)]


def _state_of(bought: Sequence[Order], apple: Product) -> dict[str, Any]:
    """What after-sales leave behind, by the number of the order: no id that chance made."""
    no = {order.id: n for n, order in enumerate(bought)}
    mine = {"order_id__in": list(no)}
    money = ("state", "refund_pending_fen", "refunded_fen", "refunds", "fee_fen", "closed_at")
    case = ("kind", "state", "total_fen", "decision", "return_no", "restock", "protection")
    stamps = ("applied_at", "decided_at", "settled_at", "due_at")
    log = models.Event.objects.filter(**mine).order_by("order_id", "id").values_list("order_id", "verb", "says", "at")
    told = [
        (row.topic, no[row.payload["order_id"]], row.payload.get("verb"), row.payload.get("refund_fen"))
        for row in OutboxEvent.objects.filter(topic__in=["orders.after_sale_moved", "orders.line_refunded"])
        if row.payload["order_id"] in no
    ]
    return {
        "orders": sorted(
            (no[row[0]], *row[1:]) for row in models.Order.objects.filter(id__in=list(no)).values_list("id", *money)
        ),
        "lines": sorted((no[row[0]], *row[1:]) for row in models.Line.objects.filter(**mine).values_list(
            "order_id", "refund_pending_fen", "refunded_fen", "return_qty")),
        "cases": sorted((no[row[0]], *row[1:]) for row in models.AfterSale.objects.filter(**mine).values_list(
            "order_id", *case, *stamps)),
        "log": sorted(((no[row[0]], *row[1:]) for row in log), key=lambda row: row[0]),
        "told": sorted(told, key=str),
        "stock": list(stock(apple)),
    }  # fmt: skip


def _live(bought: Sequence[Order], apple: Product, *, together: bool) -> tuple[dict[str, Any], list[list[str]]]:
    """Asked, agreed to, sent back, agreed to again, refunded: all at once or one by one."""
    at = T0 + timedelta(days=4)
    heard: list[list[str]] = []

    def say(verb: Callable[[Sequence[Any]], list[Any]], asked: Sequence[Any]) -> list[AfterSale]:
        said = verb(asked) if together else [answer for one in asked for answer in verb([one])]
        heard.append(["" if isinstance(one, AfterSale) else one.code for one in said])
        return [one for one in said if isinstance(one, AfterSale)]

    def decide(asked: Sequence[Any]) -> list[Any]:
        return orders.decide_after_sales(asked, actor="店铺")

    cases = say(orders.request_after_sales, _cases(bought))
    say(decide, _decisions(cases, at))
    returned = [case for case in cases if case.kind is AfterSaleKind.RETURN_REFUND]
    posted = [GoodsPosted(case.id, case.buyer_id, "顺丰速运", "SF2000", at) for case in returned]
    say(orders.send_back_many, [*posted, *posted])  # the second time there is nothing to post
    say(decide, [Decision(case.id, case.merchant_id, True, at, "完好", restock=True) for case in returned])
    refunds = models.AfterSale.objects.filter(order_id__in=[o.id for o in bought]).exclude(refund_id="")
    by_id = {order.id: (n, order) for n, order in enumerate(bought)}
    events = [
        settled(row.refund_id, by_id[row.order_id][1], row.total_fen, at=at + timedelta(minutes=by_id[row.order_id][0]))
        for row in refunds
    ]
    for some in [events, events] if together else [[one] for one in events]:  # told twice changes nothing
        orders.settle_refund(some)
    return _state_of(bought, apple), heard


def test_after_sales_of_a_batch_go_their_way_like_each_alone() -> None:
    fruit = shop("阳光果园")
    ends = []
    for name, together in (("a", False), ("b", True)):
        apple = goods(fruit, f"阿克苏苹果{name}", ("5斤", 3_990, 100), category="fruit")
        ends.append(_live(_bought(apple, 5, name), apple, together=together))
    for what, alone in ends[0][0].items():
        assert alone == ends[1][0][what], what
    assert ends[0] == ends[1]
    assert ends[1][1] == [
        ["", "", "", "orders.refund_too_large", "orders.not_found"],
        ["", "", "", "orders.after_sale_not_found", "orders.after_sale_not_found"],
        ["", "state.no_such_move"],
        [""],
    ]
    assert [row[:5] for row in ends[1][0]["orders"]] == [
        (0, "received", 0, 1_00, 1),
        (1, "refunded", 0, 119_70, 1),
        (2, "received", 0, 79_80, 1),
        (3, "received", 0, 0, 0),
        (4, "received", 0, 0, 0),
    ]


def test_twenty_after_sales_cost_as_many_statements_as_one() -> None:
    apple = goods(shop("阳光果园"), "阿克苏苹果", ("5斤", 3_990, 1_000), category="fruit")
    at = T0 + timedelta(days=3)

    def cost(n: int, name: str) -> tuple[int, int, int]:
        bought = _bought(apple, n, name)
        asked = [
            AfterSaleRequest(
                one.id, one.buyer_id, AfterSaleKind.REFUND_ONLY, [RefundPart(one.lines[0].id, 1_00)], "少", at
            )
            for one in bought
        ]
        with CaptureQueriesContext(connection) as asking:
            cases = [one for one in orders.request_after_sales(asked) if isinstance(one, AfterSale)]
        with CaptureQueriesContext(connection) as deciding:
            said = orders.decide_after_sales([Decision(c.id, c.merchant_id, True, at) for c in cases], actor="店铺")
        events = [
            settled(one.refund_id, order, 1_00, at=at)
            for one, order in zip(said, bought, strict=True)
            if isinstance(one, AfterSale)
        ]
        assert len(events) == n
        with CaptureQueriesContext(connection) as settling:
            orders.settle_refund(events)
        return len(asking), len(deciding), len(settling)

    assert cost(1, "one") == cost(20, "many")


def test_two_refunds_of_one_order_settled_together_take_the_fee_of_each_step() -> None:
    apple = goods(shop("阳光果园"), "阿克苏苹果", ("5斤", 3_990, 100), category="fruit")
    (order,) = _bought(apple, 1)
    at = T0 + timedelta(days=3)
    refunds = []
    for fen in (19_71, 99_99):
        part = RefundPart(order.lines[0].id, fen)
        case = orders.request_after_sale(
            order.id, buyer_id=order.buyer_id, kind=AfterSaleKind.REFUND_ONLY, parts=[part], reason="少", now=at
        )
        orders.decide_after_sale(case.id, merchant_id=order.merchant_id, approve=True, actor="店铺", now=at)
        refunds.append(settled(orders.after_sale(case.id).refund_id, order, fen, at=at))
    orders.settle_refund(refunds)
    row = models.Order.objects.get(id=order.id)
    assert (row.state, row.refunded_fen, row.refund_pending_fen, row.fee_fen, row.refunds) == (
        "refunded",
        119_70,
        0,
        0,
        2,
    )
    assert ledger.balance(Account(Kind.MERCHANT_PAYABLE, order.merchant_id)).posted_fen == 0
    assert ledger.balance(Account(Kind.PLATFORM_FEE, "platform")).posted_fen == 0
