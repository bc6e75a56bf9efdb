"""T-09: what is counted, how sure one has to be, when promotion stops and goes on, and who learns of it."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.commerce.quality.hands import HOUR, heard, many, received, say, send_back
from tests.commerce.world import BUYER, T0, goods, paid, shipped, shop
from xintui.commerce.catalog.contracts import Product
from xintui.commerce.orders import facade as orders
from xintui.commerce.quality import facade as quality
from xintui.commerce.quality import models, rules, tables
from xintui.commerce.quality.contracts import Cause, Ending, Measure, NotPromoted, Verdict
from xintui.commerce.reviews import facade as reviews
from xintui.engagement.notifications import facade as notifications
from xintui.entrypoints.subscriptions import SUBSCRIPTIONS
from xintui.foundation.identity.contracts import SYSTEM
from xintui.infra.outbox import facade as outbox
from xintui.kernel.times import accounting_date

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
TERMS = tables.terms(date(2026, 11, 29))


@pytest.fixture
def pears() -> Product:
    return goods(shop("晨光果园"), "砀山酥梨", ("5 斤", 39_00, 900))


def figures(product: Product) -> dict[tuple[str, int], tuple[int, int, int, int, str]]:
    found = quality.standing(product.id).figures
    return {(f.measure.value, f.days): (f.count, f.of, f.rate_bp, f.low_bp, f.verdict.value) for f in found}


def test_the_bound_in_sql_is_the_bound_in_python_and_so_is_the_verdict() -> None:
    pairs = [
        (count, of)
        for of in (0, 1, 2, 7, 19, 20, 29, 30, 31, 97, 1000, 123_457)
        for count in range(0, of + 1, max(1, of // 37))
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c, o, quality_low_bp(c, o, 1645), quality_verdict(c, o, 30, 1500, 1645)"
            " FROM unnest(%s::bigint[], %s::bigint[]) AS t (c, o)",
            [[c for c, _ in pairs], [o for _, o in pairs]],
        )
        said = cursor.fetchall()
    own = [rules.figure(Measure.RETURNS, TERMS.long, c, o, TERMS) for c, o in pairs]
    assert said == [(f.count, f.of, f.low_bp, f.verdict.value) for f in own]
    assert {f.verdict for f in own} == set(Verdict)


def test_wilsons_bound_is_where_the_score_test_no_longer_doubts() -> None:
    """An oracle of its own: the smallest true share whose 1.645 standard errors still reach what was seen."""
    for count, of in ((4, 30), (3, 29), (19, 19), (12, 40), (6000, 100_000)):
        low, high = 0.0, count / of
        for _ in range(60):
            share = (low + high) / 2
            reached = share + 1.645 * (share * (1 - share) / of) ** 0.5 >= count / of
            low, high = (low, share) if reached else (share, high)
        assert rules.low_bp(count, of, 1645) == int(high * 10_000), (count, of)
    assert rules.low_bp(0, 100, 1645) == 0


def test_each_thing_is_counted_on_its_day_and_a_return_on_the_day_its_line_was_received(pears: Product) -> None:
    first, second = received(pears, "usr01A", T0 + 2 * DAY), received(pears, "usr01B", T0 + 3 * DAY)
    say(first, 1, T0 + 4 * DAY)
    say(second, 5, T0 + 4 * DAY)
    send_back(first, T0 + 5 * DAY)
    heard(T0 + 6 * DAY)
    kept = models.Daily.objects.order_by("day").values_list(
        "day", "sold", "received", "returned", "asked", "reviews", "bad"
    )
    on = accounting_date(T0)
    assert list(kept) == [
        (on + 2 * DAY, 1, 1, 1, 0, 0, 0),
        (on + 3 * DAY, 1, 1, 0, 0, 0, 0),
        (on + 4 * DAY, 0, 0, 0, 0, 2, 1),
        (on + 5 * DAY, 0, 0, 0, 1, 0, 0),
    ]


def test_what_is_counted_as_it_happens_is_what_is_counted_from_nothing(pears: Product) -> None:
    made = many(pears, 12, T0 + DAY, stars=(1, 5, 5, 2), back=2)
    heard(T0 + 2 * DAY)
    send_back(made[5], T0 + 3 * DAY)
    reviews.hide(say(made[6], 1, T0 + 3 * DAY).id, by=SYSTEM, reason="辱骂")
    heard(T0 + 4 * DAY)
    heard(T0 + 10 * DAY)

    def kept() -> tuple[list[Any], list[Any]]:
        return (
            list(models.Daily.objects.order_by("day").values()),
            list(models.Standing.objects.values()),
        )

    before = kept()
    assert sum(row["returned"] for row in before[0]) == 3 and sum(row["reviews"] for row in before[0]) == 4
    models.Daily.objects.all().delete()
    models.Standing.objects.all().delete()
    quality.rebuild(now=T0 + 10 * DAY)
    assert kept() == before


def test_a_few_bad_reviews_are_watched_and_only_surely_too_many_stop_promotion(pears: Product) -> None:
    made = many(pears, 30, T0 + DAY, stars=(1, 1, 1) + (5,) * 26)
    heard(T0 + 2 * DAY)
    assert figures(pears)["reviews", 30] == (3, 29, 1034, 421, "over")
    assert quality.standing(pears.id).verdict is Verdict.OVER
    quality.require_promotable([pears.id])
    say(made[29], 2, T0 + 2 * DAY)
    heard(T0 + 2 * DAY + HOUR)
    assert figures(pears)["reviews", 30] == (4, 30, 1333, 612, "bad")
    with pytest.raises(NotPromoted) as refused:
        quality.require_promotable([pears.id])
    assert str(refused.value) == (
        "该商品暂停推广：近 30 天差评率 13.3%（30 条评价中 4 条差评），超过上限 5%。指标恢复后会自动重新开放"
    )


def test_nineteen_reviews_are_too_few_to_say_anything_however_bad(pears: Product) -> None:
    many(pears, 19, T0 + DAY, stars=(1,) * 19)
    heard(T0 + 2 * DAY)
    assert figures(pears)["reviews", 90] == (19, 19, 10_000, 8753, "few")
    assert quality.standing(pears.id).verdict is Verdict.FEW
    assert quality.paused([pears.id]) == {}


def test_returns_stop_promotion_and_the_shop_is_told_with_the_figures(pears: Product) -> None:
    many(pears, 40, T0 + DAY, back=12)
    heard(T0 + 2 * DAY)
    assert figures(pears)["returns", 30] == (12, 40, 3000, 1966, "bad")
    block = quality.paused([pears.id])[pears.id]
    assert (block.cause, block.version, block.until) == (Cause.MEASURED, "2026-11", None)
    assert [f.count for f in block.figures] == [0, 12, 0, 12]
    outbox.deliver_all(SUBSCRIPTIONS)
    (told,) = [one for one in notifications.of_shop(pears.merchant_id).items if one.title == "商品暂停推广"]
    assert "近 30 天退货率 30%（40 件中 12 件），超过上限 15%" in told.words


def test_promotion_goes_on_by_itself_when_the_bad_days_have_left_the_windows(pears: Product) -> None:
    many(pears, 40, T0 + DAY, back=12)
    heard(T0 + 2 * DAY)
    heard(T0 + 60 * DAY)
    assert quality.standing(pears.id).verdict is Verdict.BAD  # the long window still has them
    heard(T0 + 95 * DAY)
    assert quality.paused([pears.id]) == {}
    (block,) = quality.blocks(product_id=pears.id).items
    assert (block.ending, block.until) == (Ending.RECOVERED, T0 + 95 * DAY)
    assert figures(pears)["returns", 90] == (0, 0, 0, 0, "few")


def test_good_days_outweigh_bad_ones_but_being_merely_uncertain_is_not_enough(pears: Product) -> None:
    many(pears, 40, T0 + DAY, back=12)
    heard(T0 + 2 * DAY)
    many(pears, 30, T0 + 3 * DAY)
    heard(T0 + 4 * DAY)
    assert figures(pears)["returns", 30] == (12, 70, 1714, 1099, "over")
    assert quality.paused([pears.id])  # no longer surely over, but still over
    many(pears, 10, T0 + 5 * DAY)
    heard(T0 + 6 * DAY)
    assert figures(pears)["returns", 30] == (12, 80, 1500, 958, "good")
    assert quality.paused([pears.id]) == {}


def test_a_hidden_review_no_longer_counts_against_the_product(pears: Product) -> None:
    made = many(pears, 30, T0 + DAY, stars=(5,) * 26 + (1, 1, 1))
    abuse = say(made[29], 1, T0 + DAY)
    heard(T0 + 2 * DAY)
    assert quality.paused([pears.id])
    reviews.hide(abuse.id, by=SYSTEM, reason="与商品无关的辱骂")
    heard(T0 + 2 * DAY + HOUR)
    assert figures(pears)["reviews", 30] == (3, 29, 1034, 421, "over")
    assert quality.paused([pears.id])  # over the limit still: asks for more than doubt to be freed


def test_what_nobody_received_in_time_is_counted_without_anybody_saying_so(pears: Product) -> None:
    (order,) = paid((pears.skus[0].id, 1))
    assert order.paid_at is not None
    heard(order.paid_at + 15 * DAY - HOUR)
    assert not models.Daily.objects.filter(overdue__gt=0).exists()
    heard(order.paid_at + 15 * DAY + HOUR)
    assert models.Daily.objects.get(overdue=1).day == accounting_date(order.paid_at) + 15 * DAY
    orders.receive(shipped(order, at=T0 + 16 * DAY).id, buyer_id=BUYER, now=T0 + 17 * DAY)
    heard(T0 + 17 * DAY + HOUR)
    assert models.Daily.objects.get(received=1).late == 1
    assert models.Daily.objects.get(overdue=1).day == accounting_date(order.paid_at) + 15 * DAY


def test_judging_takes_as_many_statements_for_fifty_goods_as_for_one(pears: Product) -> None:
    with CaptureQueriesContext(connection) as one:
        quality.judge(now=T0)
    rows = [
        models.Daily(
            merchant_id=pears.merchant_id, product_id=f"prd{n:03}", day=accounting_date(T0), received=40, returned=n % 3
        )
        for n in range(50)
    ]
    models.Daily.objects.bulk_create(rows)
    with CaptureQueriesContext(connection) as many_goods:
        quality.judge(now=T0)
    assert len(many_goods) == len(one)
    assert models.Standing.objects.count() == 50
    assert models.Standing.objects.filter(verdict="good").count() == 50


def test_lists_take_as_many_statements_for_twenty_goods_as_for_one(pears: Product) -> None:
    models.Daily.objects.bulk_create(
        models.Daily(
            merchant_id=pears.merchant_id, product_id=f"prd{n:03}", day=accounting_date(T0), received=40, returned=20
        )
        for n in range(20)
    )
    quality.judge(now=T0)
    assert len(quality.standings(blocked=True).items) == 20
    with CaptureQueriesContext(connection) as one:
        quality.standings(limit=1)
    with CaptureQueriesContext(connection) as all_of_them:
        quality.standings(limit=20)
    assert len(all_of_them) == len(one) == 2
