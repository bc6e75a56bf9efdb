"""A checkout is priced here, split by shop, placed once, and never sells what is not there."""

import dataclasses
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.commerce.world import BUYER, T0, captured, goods, place, request, shop, stock
from xintui.commerce.catalog import facade as catalog
from xintui.commerce.catalog.contracts import OutOfStock, SkuNotForSale
from xintui.commerce.merchants import facade as merchants
from xintui.commerce.orders import facade as orders
from xintui.commerce.orders import models, rules
from xintui.commerce.orders.contracts import (
    BadQuantity,
    EmptyCheckout,
    Item,
    OrderNotFound,
    OrderState,
    PlacedDifferently,
    Referral,
    TooManyItems,
)
from xintui.foundation.payments.contracts import PaymentClosed
from xintui.kernel import money
from xintui.kernel.states import NoSuchMove

db = pytest.mark.django_db


@db
def test_a_cart_of_two_shops_becomes_two_orders_with_server_prices() -> None:
    tea, fruit = shop("云雾茶行", freight_fen=800, free_freight_from_fen=20_000), shop("阳光果园")
    green = goods(tea, "明前龙井", ("50g", 6_800, 10), ("250g", 29_900, 5))
    apple = goods(fruit, "阿克苏苹果", ("5斤", 3_990, 100), category="fruit")

    checkout = place((green.skus[0].id, 2), (apple.skus[0].id, 3))

    by_shop = {order.merchant_id: order for order in checkout.orders}
    assert checkout.total_fen == 13_600 + 800 + 11_970
    assert (by_shop[tea.id].goods_fen, by_shop[tea.id].freight_fen, by_shop[tea.id].total_fen) == (13_600, 800, 14_400)
    assert (by_shop[fruit.id].goods_fen, by_shop[fruit.id].freight_fen) == (11_970, 0)
    (line,) = by_shop[tea.id].lines
    assert (line.title, line.spec, line.qty, line.price_fen, line.paid_fen) == ("明前龙井", "50g", 2, 6_800, 13_600)
    assert line.id == by_shop[tea.id].id + "001" and len(line.id) == 32
    assert stock(green) == [(10, 2, 0), (5, 0, 0)]
    assert checkout.expires_at == T0 + timedelta(minutes=30)


@db
def test_freight_is_free_from_the_shops_threshold_on() -> None:
    tea = shop("云雾茶行", freight_fen=800, free_freight_from_fen=13_600)
    green = goods(tea, "明前龙井", ("50g", 6_800, 10))
    assert place((green.skus[0].id, 2)).orders[0].freight_fen == 0
    assert place((green.skus[0].id, 1)).orders[0].freight_fen == 800
    assert orders.quote([Item(green.skus[0].id, 1)]).total_fen == 7_600


@db
def test_the_same_checkout_id_places_once() -> None:
    green = goods(shop("云雾茶行"), "明前龙井", ("50g", 6_800, 10))
    asked = request((green.skus[0].id, 2), checkout_id="chk01SAME")

    first, second = orders.place(asked), orders.place(dataclasses.replace(asked, now=T0 + timedelta(seconds=5)))

    assert first == second
    assert stock(green) == [(10, 2, 0)]
    with pytest.raises(PlacedDifferently):
        orders.place(request((green.skus[0].id, 3), checkout_id="chk01SAME"))
    with pytest.raises(PlacedDifferently):
        orders.place(dataclasses.replace(asked, buyer_id="usr01OTHER"))
    assert stock(green) == [(10, 2, 0)]


@db
def test_who_referred_the_buyer_is_frozen_on_the_line_of_that_shop_only() -> None:
    tea, fruit = shop("云雾茶行"), shop("阳光果园")
    green, apple = goods(tea, "明前龙井", ("50g", 6_800, 10)), goods(fruit, "阿克苏苹果", ("5斤", 3_990, 9))

    place(
        (green.skus[0].id, 1),
        (apple.skus[0].id, 1),
        referrals={tea.id: Referral("pro01A", "att01A")},
        buyer_promoter_id="pro01BUYER",
    )

    rows = {row.merchant_id: row for row in models.Line.objects.all()}
    assert (rows[tea.id].promoter_id, rows[tea.id].attribution_id) == ("pro01A", "att01A")
    assert (rows[fruit.id].promoter_id, rows[fruit.id].attribution_id) == ("", "")
    assert {row.buyer_promoter_id for row in rows.values()} == {"pro01BUYER"}


@db
@pytest.mark.parametrize("qty", [0, -1, 1000, 10**9])
def test_a_quantity_outside_1_to_999_is_refused(qty: int) -> None:
    green = goods(shop("云雾茶行"), "明前龙井", ("50g", 6_800, 10))
    with pytest.raises(BadQuantity):
        place((green.skus[0].id, qty))
    assert models.Checkout.objects.count() == 0


def test_entries_of_one_sku_are_added_up_and_the_sum_is_limited_too() -> None:
    assert rules.merged([Item("a", 2), Item("b", 1), Item("a", 3)], 100) == [Item("a", 5), Item("b", 1)]
    with pytest.raises(BadQuantity):
        rules.merged([Item("a", 999), Item("a", 1)], 100)
    with pytest.raises(EmptyCheckout):
        rules.merged([], 100)
    with pytest.raises(TooManyItems):
        rules.merged([Item(str(n), 1) for n in range(101)], 100)


@db
def test_more_than_there_is_is_refused_and_leaves_nothing_behind() -> None:
    tea = shop("云雾茶行")
    green = goods(tea, "明前龙井", ("50g", 6_800, 10), ("250g", 29_900, 5))

    with pytest.raises(OutOfStock) as refused:
        place((green.skus[0].id, 1), (green.skus[1].id, 6))

    assert refused.value.facts == {"sku_id": green.skus[1].id, "available_qty": 5}
    assert stock(green) == [(10, 0, 0), (5, 0, 0)]
    assert (models.Checkout.objects.count(), models.Order.objects.count(), models.Line.objects.count()) == (0, 0, 0)


@db
def test_what_is_off_the_shelf_unknown_or_of_a_suspended_shop_cannot_be_bought() -> None:
    tea = shop("云雾茶行")
    green, black = goods(tea, "明前龙井", ("50g", 6_800, 10)), goods(tea, "正山小种", ("50g", 5_800, 10))
    catalog.unlist_product(tea.id, black.id, actor="usr01OWNER", now=T0)
    with pytest.raises(SkuNotForSale) as refused:
        place((green.skus[0].id, 1), (black.skus[0].id, 1))
    assert refused.value.sku_id == black.skus[0].id
    with pytest.raises(SkuNotForSale):
        place(("sku01NEVER", 1))
    merchants.suspend(tea.id, actor="usr01OPS", now=T0, note="证照过期")
    with pytest.raises(SkuNotForSale):
        place((green.skus[0].id, 1))
    assert not orders.quote([Item(green.skus[0].id, 1)]).shops[0].lines[0].buyable


@db
def test_an_unpaid_checkout_is_closed_after_30_minutes_and_its_stock_is_free_again() -> None:
    green = goods(shop("云雾茶行"), "明前龙井", ("50g", 6_800, 10))
    checkout = place((green.skus[0].id, 4))

    assert orders.close_unpaid(now=T0 + timedelta(minutes=29, seconds=59)) == 0
    assert orders.close_unpaid(now=T0 + timedelta(minutes=30)) == 1
    assert orders.close_unpaid(now=T0 + timedelta(minutes=31)) == 0

    (order,) = orders.checkout(checkout.id).orders
    assert order.state is OrderState.CLOSED
    assert stock(green) == [(10, 0, 0)]
    assert [e.verb for e in orders.order_file(order.id).timeline] == ["place", "close"]


@db
def test_a_checkout_at_the_cashier_is_closed_only_when_the_gateway_says_so() -> None:
    green = goods(shop("云雾茶行"), "明前龙井", ("50g", 6_800, 10))
    checkout = place((green.skus[0].id, 4))
    payment = orders.open_payment(checkout.id, buyer_id=BUYER, payer_openid="o", channel="jsapi", now=T0)

    assert orders.close_unpaid(now=T0 + timedelta(minutes=30)) == 1
    assert stock(green) == [(10, 4, 0)]  # the buyer may be typing the password right now
    with pytest.raises(NoSuchMove):
        orders.open_payment(checkout.id, buyer_id=BUYER, payer_openid="o", channel="jsapi", now=T0)

    orders.close_closed([PaymentClosed(payment.id, checkout.id, T0 + timedelta(minutes=31))])
    assert orders.checkout(checkout.id).state is OrderState.CLOSED
    assert stock(green) == [(10, 0, 0)]


@db
def test_a_buyer_cancels_what_is_unpaid_and_only_his_own() -> None:
    green = goods(shop("云雾茶行"), "明前龙井", ("50g", 6_800, 10))
    checkout = place((green.skus[0].id, 4))
    (order,) = checkout.orders
    with pytest.raises(OrderNotFound):
        orders.cancel(order.id, buyer_id="usr01OTHER", now=T0)
    orders.cancel(order.id, buyer_id=BUYER, now=T0)
    assert stock(green) == [(10, 0, 0)]
    with pytest.raises(NoSuchMove):
        orders.cancel(order.id, buyer_id=BUYER, now=T0)


@db
def test_a_paid_order_cannot_be_cancelled() -> None:
    green = goods(shop("云雾茶行"), "明前龙井", ("50g", 6_800, 10))
    checkout = place((green.skus[0].id, 4))
    orders.mark_paid([captured(checkout)])
    with pytest.raises(NoSuchMove):
        orders.cancel(checkout.orders[0].id, buyer_id=BUYER, now=T0)


@db
@given(
    st.integers(0, 10**12),
    st.lists(st.integers(0, 10**9), min_size=1, max_size=8).filter(lambda weights: sum(weights) > 0),
)
def test_the_databases_split_is_the_kernels_split(total: int, weights: list[int]) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT orders_split(%s, %s::bigint[])", [total, weights])
        assert cursor.fetchone()[0] == money.split(total, weights)
