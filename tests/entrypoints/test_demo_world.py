"""The demo's world, small: every figure on its screens is the trace of a verb; the same seed lives the same life."""

import io
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.support.gateway import running_gateway
from xintui.entrypoints.demo.goods import CATEGORIES, SHOPS
from xintui.entrypoints.demo.pictures import picture
from xintui.infra import tenancy

NOW = datetime.fromisoformat("2026-11-20T15:20:00+08:00")
DAYS, ORDERS = 16, 32
TABLES = ("orders_order", "orders_aftersale", "payments_payment", "payments_refund", "attribution_touch")


def _live(folder: Path, seed: int) -> Mapping[str, int]:
    from xintui.entrypoints.demo import world

    start = (NOW - timedelta(days=DAYS + 1)).timestamp()
    with running_gateway(folder, start=start, alipay=True) as gateway, tenancy.as_platform():
        return world.build(
            gateway.url,
            now=NOW,
            days=DAYS,
            say=lambda *_: None,
            shops=[_short(shop) for shop in SHOPS[:3]],
            people=world.PROMOTERS[:2],
            buyers=world.BUYERS[:3],
            crowd=3,
            orders=ORDERS,
            seed=seed,
        )


def _short(shop: Any) -> Any:
    from dataclasses import replace

    return replace(shop, goods=shop.goods[:3])


def _rows(query: str) -> list[tuple[Any, ...]]:
    from django.db import connection, transaction

    with tenancy.as_platform(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(query)
        return list(cursor.fetchall())


@pytest.fixture(scope="module")
def lived(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[list[tuple[Mapping[str, int], dict[str, Any]]]]:
    """Two lives of one seed, each in a fresh database; the second is the one to look at."""
    from django.test import TransactionTestCase

    found = []
    with django_db_blocker.unblock():
        for n in range(2):
            if n:
                TransactionTestCase._fixture_teardown(None)  # type: ignore[arg-type]
            made = _live(tmp_path_factory.mktemp(f"life{n}"), seed=7)
            found.append((made, _totals()))
        yield found
        TransactionTestCase._fixture_teardown(None)  # type: ignore[arg-type]


def _totals() -> dict[str, Any]:
    sums: dict[str, Any] = {table: _rows(f"SELECT count(*) FROM {table}")[0][0] for table in TABLES}
    sums["orders"] = _rows("SELECT state, count(*), sum(total_fen) FROM orders_order GROUP BY 1 ORDER BY 1")
    sums["refunded"] = _rows("SELECT state, sum(amount_fen) FROM payments_refund GROUP BY 1 ORDER BY 1")
    sums["followups"] = _rows("SELECT state, count(*) FROM followups_task GROUP BY 1 ORDER BY 1")
    sums["lines"] = _rows("SELECT count(*), sum(qty), sum(paid_fen) FROM orders_line")
    return sums


@pytest.fixture
def world(lived: list[tuple[Mapping[str, int], dict[str, Any]]], django_db_blocker: Any) -> Iterator[Mapping[str, int]]:
    with django_db_blocker.unblock():
        yield lived[-1][0]


def test_the_same_seed_lives_the_same_life_to_the_fen(lived: list[tuple[Mapping[str, int], dict[str, Any]]]) -> None:
    assert lived[0] == lived[1]


def test_the_orders_in_the_database_are_those_that_were_placed(world: Mapping[str, int]) -> None:
    assert ORDERS <= world["orders"] <= ORDERS + 6
    assert _rows("SELECT count(*) FROM orders_order") == [(world["orders"],)]
    assert _rows("SELECT count(*) FROM orders_checkout") == [(world["checkouts"],)]
    assert _rows("SELECT sum(captured_fen) FROM payments_payment WHERE state = 'captured'") == [(world["paid_fen"],)]
    assert not {name for name in world if name.startswith("refused")}


def test_every_merchant_has_orders_and_every_payment_came_through_the_inbox(world: Mapping[str, int]) -> None:
    assert _rows("SELECT count(DISTINCT merchant_id) FROM orders_order") == [(3,)]
    captured = _rows("SELECT count(*) FROM payments_payment WHERE state = 'captured'")
    paid = "'TRANSACTION.SUCCESS', 'trade_status_sync'"
    told = f"SELECT count(*) FROM payments_inbox WHERE state = 'done' AND event_type IN ({paid}) AND note = 'applied'"
    assert _rows(told) == captured
    assert _rows("SELECT count(*) FROM payments_quarantine") == [(0,)]


def test_some_orders_wait_to_be_shipped_and_some_people_to_be_reviewed(world: Mapping[str, int]) -> None:
    assert _rows("SELECT count(*) > 0 FROM orders_order WHERE state = 'paid'") == [(True,)]
    assert _rows("SELECT count(*) > 0 FROM orders_aftersale WHERE state = 'applied'") == [(True,)]
    assert _rows("SELECT count(*) FROM promoters_promoter WHERE state = 'review'") == [(3,)]
    assert _rows("SELECT max(depth) FROM promoters_promoter") <= [(1,)]


def test_some_pay_with_alipay_and_more_with_wechat(world: Mapping[str, int]) -> None:
    by = dict(_rows("SELECT psp, count(*) FROM payments_payment WHERE state = 'captured' GROUP BY 1"))
    assert 0 < by["alipay"] < by["wechat"]


def test_a_shop_has_its_papers_and_the_first_page_its_picks(world: Mapping[str, int]) -> None:
    told = "SELECT count(*) FROM merchants_merchant WHERE credit_code <> '' AND return_address <> ''"
    assert _rows(told) == [(3,)]
    assert dict(_rows("SELECT slot, count(*) FROM catalog_pick GROUP BY 1")).keys() == {"recommended", "newcomer"}


def test_plans_run_and_promoters_have_done_some_of_what_they_found(world: Mapping[str, int]) -> None:
    assert _rows("SELECT state, count(*) FROM followups_plan GROUP BY 1 ORDER BY 1") == [("draft", 1), ("running", 2)]
    found = dict(_rows("SELECT state, count(*) FROM followups_task GROUP BY 1"))
    assert found["open"] > 0 and found["done"] == world["followed"] > 0


def test_no_auditor_finds_anything(world: Mapping[str, int]) -> None:
    from xintui.foundation.evidence import facade as evidence
    from xintui.foundation.ledger import facade as ledger
    from xintui.promotion.commission import facade as commission

    with tenancy.as_platform():
        assert list(ledger.audit()) == []
        assert list(commission.audit()) == []
        assert evidence.verify_chain().faults == ()
        assert len(evidence.days()) >= DAYS - 3


def test_the_shelves_hold_what_was_promised_and_every_picture_is_small_and_its_own() -> None:
    goods = [one for shop in SHOPS for one in shop.goods]
    assert (len(SHOPS), len(CATEGORIES), len(goods)) == (12, 12, 204)
    assert {one.category for one in goods} == set(CATEGORIES)
    assert len({one.title for one in goods}) == 204
    by_shape = {one.shape: one for one in goods}
    drawn = [picture(one) for one in by_shape.values()]
    assert len(set(drawn)) == len(by_shape) == 20
    assert {Image.open(io.BytesIO(one)).size for one in drawn} == {(600, 600)}
    assert max(map(len, drawn)) <= 60_000
    assert picture(goods[0]) == picture(goods[0])
