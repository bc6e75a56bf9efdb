"""From orders to the graph: what was kept counts, once; own purchases and refunds do not."""

from datetime import timedelta

import pytest

from tests.commerce.world import T0, goods, paid, shop
from xintui.commerce.orders import models as order_rows
from xintui.commerce.orders.contracts import Referral
from xintui.entrypoints import credit_graph
from xintui.infra import tenancy
from xintui.trust.graph import facade as graph
from xintui.trust.graph.contracts import NodeKind, Pair

pytestmark = pytest.mark.django_db
NOW = T0 + timedelta(days=200)
ANNA = "pro01ANNA"


def buys(merchant, product, buyer: str, promoter: str = "", *, own: bool = False) -> str:
    referrals = {merchant.id: Referral(promoter, "atr01")} if promoter else {}
    (order,) = paid(
        (product.skus[0].id, 1), buyer_id=buyer, referrals=referrals, buyer_promoter_id=promoter if own else ""
    )
    return order.id


@pytest.fixture
def tea():
    merchant = shop("云雾茶行")
    return merchant, goods(merchant, "龙井", ("罐装", 10_000, 500))


def test_orders_through_a_promoter_tie_buyer_promoter_and_shop_but_not_buyer_and_shop(tea) -> None:
    for _ in range(3):
        buys(*tea, "usr01LI", ANNA)
    buys(*tea, "usr01WANG")
    made = credit_graph.market(NOW)
    assert {(node.id, node.kind) for node in made.nodes} == {
        ("usr01LI", NodeKind.BUYER),
        ("usr01WANG", NodeKind.BUYER),
        (ANNA, NodeKind.PROMOTER),
        (tea[0].id, NodeKind.MERCHANT),
    }
    assert set(made.pairs) == {
        Pair("usr01LI", ANNA, 3, 30_000),
        Pair(ANNA, tea[0].id, 3, 30_000),
        Pair("usr01WANG", tea[0].id, 1, 10_000),
    }


def test_what_came_back_whole_and_what_a_promoter_bought_herself_ties_nobody(tea) -> None:
    buys(*tea, "usr01ANNA", ANNA, own=True)
    returned = buys(*tea, "usr01LI", ANNA)
    order_rows.Line.objects.filter(order_id=returned).update(refunded_fen=10_000)
    made = credit_graph.market(NOW)
    assert (list(made.nodes), list(made.pairs)) == ([], [])


def test_a_part_that_came_back_leaves_the_order_and_takes_the_money(tea) -> None:
    order = buys(*tea, "usr01LI", ANNA)
    order_rows.Line.objects.filter(order_id=order).update(refunded_fen=4_000)
    assert Pair("usr01LI", ANNA, 1, 6_000) in credit_graph.market(NOW).pairs


def test_trust_starts_at_a_trading_shop_with_twenty_buyers_over_a_month_and_at_nobody_new(tea) -> None:
    for n in range(20):
        buys(*tea, f"usr01B{n:02}")
    assert not any(node.seed for node in credit_graph.market(NOW).nodes)
    last = buys(*tea, "usr01B19")
    order_rows.Order.objects.filter(id=last).update(paid_at=T0 + timedelta(days=31))
    assert [node.id for node in credit_graph.market(NOW).nodes if node.seed] == [tea[0].id]


def test_trust_starts_at_a_buyer_of_three_months_and_three_shops_who_also_came_by_herself() -> None:
    days = iter(range(0, 200, 40))
    for n in range(5):
        merchant = shop(f"店 {n}")
        order = buys(merchant, goods(merchant, "茶杯", ("只", 5_000, 9)), "usr01LI", ANNA if n > 1 else "")
        order_rows.Order.objects.filter(id=order).update(paid_at=T0 + timedelta(days=next(days)))
    assert [node.id for node in credit_graph.market(NOW).nodes if node.seed] == ["usr01LI"]


def test_it_is_counted_once_a_day(tea) -> None:
    buys(*tea, "usr01LI", ANNA)
    assert credit_graph.refresh_due(NOW) == 1
    assert credit_graph.refresh_due(NOW + timedelta(hours=19)) == 0
    assert credit_graph.refresh_due(NOW + timedelta(hours=21)) == 1
    assert graph.audit() == []
    assert graph.scores(NodeKind.PROMOTER, [ANNA])[ANNA].partners == 2


@pytest.mark.django_db(transaction=True)
def test_the_worker_sees_the_orders_of_every_shop_although_each_stands_behind_its_wall() -> None:
    merchant = shop("云雾茶行")
    buys(merchant, goods(merchant, "龙井", ("罐装", 10_000, 500)), "usr01LI", ANNA)
    with tenancy.as_platform():
        assert credit_graph.refresh(NOW).pairs == 2
