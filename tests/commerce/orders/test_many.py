"""Many at once are the same as one after the other: states, stock, events, log and refusals, row by row."""

import dataclasses
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.commerce.world import BUYER, T0, captured, checkout_now, goods, paid, request, shop, stock
from xintui.commerce.catalog.contracts import OutOfStock, Product, SkuNotForSale
from xintui.commerce.merchants.contracts import Merchant
from xintui.commerce.orders import facade as orders
from xintui.commerce.orders import models
from xintui.commerce.orders.contracts import (
    Arrival,
    Checkout,
    OrderNotFound,
    OrderState,
    Parcel,
    PayRequest,
    PlacedDifferently,
    PlaceRequest,
    Referral,
    TooManyItems,
)
from xintui.infra.outbox.models import OutboxEvent
from xintui.kernel.errors import DomainError
from xintui.kernel.states import NoSuchMove

pytestmark = pytest.mark.django_db


def _street() -> tuple[Merchant, Merchant, Product, Product]:
    tea, fruit = shop("云雾茶行", freight_fen=800, free_freight_from_fen=20_000), shop("阳光果园")
    return (
        tea,
        fruit,
        goods(tea, "明前龙井", ("50g", 6_800, 5), ("250g", 29_900, 4)),
        goods(fruit, "阿克苏苹果", ("5斤", 3_990, 100), category="fruit"),
    )


def _carts(tea: Merchant, green: Product, apple: Product) -> list[PlaceRequest]:
    small, large = green.skus[0].id, green.skus[1].id
    one = apple.skus[0].id
    carts = [
        request((small, 2), (one, 3), checkout_id="chk0001"),
        request((small, 2), checkout_id="chk0002", referrals={tea.id: Referral("pro1", "atr1")}, buyer_promoter_id="p"),
        request((small, 2), checkout_id="chk0003"),  # one is left
        request((small, 1), (large, 1), checkout_id="chk0004", note="轻放"),
        request(("sku-unknown", 1), (one, 1), checkout_id="chk0005"),
        request((one, 1), checkout_id="chk0001"),  # the first, with other content
        request((small, 2), (one, 3), checkout_id="chk0001"),  # the first again
        request(*[(f"sku{n}", 1) for n in range(101)], checkout_id="chk0006"),
        request((large, 1), checkout_id="chk0007", buyer_id="usr02", confirmed=frozenset([large])),
    ]
    return [dataclasses.replace(cart, now=T0 + timedelta(seconds=n)) for n, cart in enumerate(carts)]


def _one_by_one(requests: Sequence[PlaceRequest]) -> list[Checkout | DomainError]:
    answers: list[Checkout | DomainError] = []
    for one in requests:
        try:
            answers.append(orders.place(one))
        except DomainError as no:
            answers.append(no)
    return answers


def _traces() -> dict[str, Any]:
    """Everything a placed checkout leaves, without the ids that chance made."""
    return {
        "checkouts": list(models.Checkout.objects.order_by("id").values_list("id", "total_fen", "state", "placed_at")),
        "orders": sorted(
            models.Order.objects.values_list(
                "checkout_id", "goods_fen", "freight_fen", "total_fen", "note", "placed_at"
            )
        ),
        "lines": sorted(
            models.Line.objects.values_list(
                "title", "spec", "qty", "paid_fen", "no", "promoter_id", "attribution_id", "buyer_promoter_id"
            )
        ),
        "log": sorted(models.Event.objects.values_list("verb", "says", "actor", "at")),
    }


def _said(answers: Sequence[Checkout | DomainError]) -> list[Any]:
    return [
        (no.code, no.facts)
        if isinstance(no, DomainError)
        else (no.id, no.total_fen, sorted((order.total_fen, len(order.lines)) for order in no.orders))
        for no in answers
    ]


def test_a_batch_of_checkouts_is_placed_and_refused_like_its_checkouts_one_by_one() -> None:
    tea, _, green, apple = _street()
    asked = _carts(tea, green, apple)
    singles = _said(_one_by_one(asked))
    first, left = _traces(), stock(green)
    models.Checkout.objects.all().delete()
    models.Order.objects.all().delete()
    models.Line.objects.all().delete()
    with connection.cursor() as cursor:  # the goods go back to the shelf
        cursor.execute("UPDATE catalog_stock SET reserved_qty = 0, sold_qty = 0")
    before = models.Event.objects.count()
    together = orders.place_many(asked)

    assert [type(one) for one in together] == [
        Checkout, Checkout, OutOfStock, Checkout, SkuNotForSale, PlacedDifferently, Checkout, TooManyItems, Checkout,
    ]  # fmt: skip
    assert _said(together) == singles
    again = _traces()
    assert len(again["log"]) == 2 * before
    assert (again["checkouts"], again["orders"], again["lines"]) == (
        first["checkouts"],
        first["orders"],
        first["lines"],
    )
    assert again["log"] == sorted(first["log"] * 2)
    assert stock(green) == left == [(5, 5, 0), (4, 2, 0)]


def test_the_ids_of_a_batch_stand_in_its_order() -> None:
    _, _, _, apple = _street()
    said = orders.place_many([request((apple.skus[0].id, 1), checkout_id=f"chk{n:04d}") for n in range(20)])
    ids = [one.orders[0].id for one in said if isinstance(one, Checkout)]
    assert len(ids) == 20 and ids == sorted(ids)


def test_forty_checkouts_cost_as_many_statements_as_one() -> None:
    _, _, _, apple = _street()

    def cost(n: int, name: str) -> int:
        carts = [request((apple.skus[0].id, 1), checkout_id=f"{name}{k:04d}") for k in range(n)]
        with CaptureQueriesContext(connection) as seen:
            assert all(isinstance(one, Checkout) for one in orders.place_many(carts))
        return len(seen)

    assert cost(1, "chkA") == cost(40, "chkB")


def test_payments_of_many_checkouts_are_opened_once_each_and_refused_by_row() -> None:
    _, _, green, apple = _street()
    one = orders.place(request((green.skus[0].id, 1), checkout_id="chk0001"))
    two = orders.place(request((apple.skus[0].id, 1), checkout_id="chk0002"))
    late = T0 + timedelta(minutes=31)
    wanted = [
        PayRequest(one.id, BUYER, "openid-1", "jsapi", T0),
        PayRequest(two.id, "usr-stranger", "openid-2", "jsapi", T0),
        PayRequest(two.id, BUYER, "openid-1", "h5", T0),
        PayRequest(one.id, BUYER, "openid-1", "jsapi", T0),
        PayRequest(one.id, BUYER, "openid-1", "jsapi", late),
    ]
    first, stranger, second, again, too_late = orders.open_payments(wanted)
    assert isinstance(stranger, OrderNotFound) and isinstance(too_late, NoSuchMove)
    assert not isinstance(first, DomainError) and not isinstance(second, DomainError) and again == first
    assert (first.subject, first.amount_fen, second.subject, second.amount_fen) == (one.id, 7_600, two.id, 3_990)
    assert models.Checkout.objects.get(id=one.id).payment_id == first.id


def _paid_orders(apple: Product, n: int) -> list[Any]:
    return [paid((apple.skus[0].id, 1), checkout_id=f"chk{k:04d}")[0] for k in range(n)]


def test_parcels_are_shipped_and_received_together_as_one_by_one() -> None:
    _, fruit, _, apple = _street()
    made = _paid_orders(apple, 4)
    day = T0 + timedelta(days=1)
    parcels = [
        Parcel(order.id, fruit.id, " 顺丰速运 ", f"SF{n}", day + timedelta(minutes=n))
        for n, order in enumerate(made[:3])
    ]
    parcels.insert(1, Parcel(made[3].id, "mch-other", "顺丰速运", "SF9", day))
    parcels.append(Parcel(made[0].id, fruit.id, "顺丰速运", "SF0", day))
    said = orders.ship_many(parcels, actor="usr01STAFF")
    assert [getattr(one, "code", getattr(one, "state", "")) for one in said] == [
        "shipped", "orders.not_found", "shipped", "shipped", NoSuchMove.code,
    ]  # fmt: skip
    second = orders.order_file(made[1].id)
    assert second.order.shipment is not None
    assert (second.order.shipment.carrier, second.order.shipment.tracking_no) == ("顺丰速运", "SF1")
    assert second.order.shipment.shipped_at == day + timedelta(minutes=1)
    assert second.order.auto_receive_at == day + timedelta(minutes=1, days=10)
    assert [(e.verb, e.actor, e.at) for e in second.timeline][-1] == ("ship", "usr01STAFF", day + timedelta(minutes=1))

    OutboxEvent.objects.all().delete()
    came = [Arrival(made[n].id, BUYER, day + timedelta(days=2, minutes=n)) for n in (0, 3, 1)]
    first, not_sent, third = orders.receive_many(came)
    assert isinstance(not_sent, NoSuchMove)
    assert not isinstance(first, DomainError) and first.state is OrderState.RECEIVED
    assert not isinstance(third, DomainError) and third.received_at == day + timedelta(days=2, minutes=1)
    told = {row.payload["order_id"]: row.payload["line_ids"] for row in OutboxEvent.objects.all()}
    assert told == {order.id: [line.id for line in order.lines] for order in (first, third)}


def test_a_days_money_is_credited_each_order_at_its_own_minute() -> None:
    _, _, _, apple = _street()
    said = orders.place_many([request((apple.skus[0].id, 1), checkout_id=f"chk{n:04d}") for n in range(3)])
    placed = [one for one in said if isinstance(one, Checkout)]
    at = [T0 + timedelta(minutes=n) for n in (3, 1, 2)]
    orders.mark_paid([captured(one, at=when) for one, when in zip(placed, at, strict=True)])
    for one, when in zip(placed, at, strict=True):
        order = checkout_now(one.id).orders[0]
        assert (order.state, order.paid_at) == (OrderState.PAID, when)
        assert orders.order_file(order.id).timeline[-1].at == when
    with connection.cursor() as cursor:
        cursor.execute("SELECT at FROM catalog_stock_move WHERE kind = 'sell' ORDER BY at")
        assert [row[0] for row in cursor.fetchall()] == sorted(at)
