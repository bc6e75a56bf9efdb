"""分享赚: what a piece would bring, by the rule in force, less what tends to come back."""

from datetime import timedelta

import pytest

from tests.commerce.world import T0, goods, shop
from tests.promotion.commission.sales import BASE, DAY, give_back, paid, publish, sell
from xintui.commerce.catalog.contracts import ProductNotFound
from xintui.promotion.commission import facade as commission

pytestmark = pytest.mark.django_db
NOW = T0 + timedelta(hours=1)


def test_the_rule_in_force_on_the_lowest_price() -> None:
    tea = goods(shop("云雾茶行"), "明前龙井", ("50g", 68_99, 10), ("500g", 500_00, 10))
    dear = next(sku for sku in tea.skus if sku.price_fen == 500_00)
    publish(
        BASE,
        {"id": "dear", "priority": 9, "match": {"sku_id": [dear.id]}, "rate_bp": 5000},
        {"id": "gold", "priority": 5, "match": {"promoter_level": ["gold"]}, "rate_bp": 1500, "cap_fen": 1_000},
        at=T0 - 30 * DAY,
    )
    found = commission.prospect("pro1", "junior", tea.id, now=NOW)
    assert found is not None
    assert (found.rule_id, found.price_fen, found.gross_fen, found.refund_bp, found.expected_fen) == (
        "base", 68_99, 862, 0, 862,
    )  # fmt: skip
    gold = commission.prospect("pro1", "gold", tea.id, now=NOW)
    assert gold is not None and (gold.rule_id, gold.gross_fen, gold.cap_fen) == ("gold", 1_000, 1_000)


def test_what_tends_to_come_back_is_taken_off() -> None:
    tea = goods(shop("云雾茶行"), "明前龙井", ("50g", 100_00, 10))
    publish(BASE, at=T0 - 30 * DAY)
    sell(
        paid("ord1", ("l1", 300_00), shop=tea.merchant_id, at=T0),
        paid("ord2", ("l1", 100_00), shop=tea.merchant_id, at=T0),
    )
    give_back("rfd1", "ord1", "l1", 100_00, at=NOW)
    found = commission.prospect("pro1", "junior", tea.id, now=NOW)
    assert found is not None and (found.refund_bp, found.gross_fen, found.expected_fen) == (2500, 1250, 937)


def test_nothing_is_promised_without_a_plan_and_nothing_of_goods_off_the_shelf() -> None:
    tea = goods(shop("云雾茶行"), "明前龙井", ("50g", 100_00, 10))
    assert commission.prospect("pro1", "junior", tea.id, now=NOW) is None
    with pytest.raises(ProductNotFound):
        commission.prospect("pro1", "junior", "prd404", now=NOW)
