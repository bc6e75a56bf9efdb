"""T-10: what the model may know, what it is told, whom it warns, and what follows from a warning."""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from bench.warning_data import Fact, days_of, moments
from tests.commerce.world import T0, goods, shop
from xintui.commerce.catalog.contracts import Product
from xintui.commerce.quality import facade as quality
from xintui.commerce.quality import jobs, model, models
from xintui.commerce.quality.contracts import Cause, Ended, Ending, Reason
from xintui.commerce.quality.model import COUNTS, FEATURES, SPANS, SUMS, Card
from xintui.engagement.notifications import facade as notifications
from xintui.entrypoints.subscriptions import SUBSCRIPTIONS
from xintui.infra import sql
from xintui.infra.outbox import facade as outbox
from xintui.kernel.times import accounting_date

DAY = timedelta(days=1)
TODAY = accounting_date(T0)
BY_ASKING = Card("test", -4.0, dict.fromkeys(FEATURES, 0.0) | {"asked_3": 3.0, "late_7": 1.0}, 0.05, 5000, {}, {}, ())


def test_the_card_says_what_it_was_trained_on_how_good_it_is_and_what_it_is_not() -> None:
    card = quality.card()
    assert set(card.weights) == set(FEATURES)
    best = max(card.quality["baselines"].values())
    assert card.quality["average_precision"]["low"] > best > card.quality["share"]
    assert len(card.data["sha256"]) == 64 and len(card.limits) >= 3
    train, choose, test = (card.data[part] for part in ("train", "choose", "test"))
    assert train[1] < choose[0] < choose[1] < test[0]  # in time, and no stretch looks into the next


def test_no_moment_knows_anything_that_happened_after_it() -> None:
    """Whatever is added or taken away after a day, what was known at its end stays the same."""
    dice = random.Random(7)
    first, last = date(2026, 1, 1), date(2026, 5, 31)
    facts = [
        Fact(
            f"prd{dice.randrange(9)}",
            first + timedelta(days=dice.randrange(151)),
            dice.choices(COUNTS, [9, 2, 9, 2, 2, 9, 0.1])[0],
        )
        for _ in range(1500)
    ]
    cut = date(2026, 4, 10)
    later = [Fact(one.entity, cut + timedelta(days=dice.randrange(1, 50)), "bad") for one in facts[:200]]
    whole = {(m.entity, m.day): m for m in moments(days_of(facts + later, first, last), first, cut)}
    known = days_of([one for one in facts if one.day <= cut], first, last)
    past = {(m.entity, m.day): m for m in moments(known, first, cut)}
    assert whole.keys() == past.keys() and len(past) > 300
    assert {key: one.sums for key, one in whole.items()} == {key: one.sums for key, one in past.items()}
    assert {key for key, one in whole.items() if one.turns} > {key for key, one in past.items() if one.turns}


def test_it_turns_bad_when_one_of_the_next_three_days_is_over_the_limit_and_not_on_the_fourth() -> None:
    first = date(2026, 1, 1)
    facts = [
        Fact("prd1", first, "sold"),
        Fact("prd1", first + 9 * DAY, "reviews"),
        Fact("prd1", first + 9 * DAY, "bad"),
    ]
    found = {m.day: m.turns for m in moments(days_of(facts, first, first + 20 * DAY), first, first + 15 * DAY)}
    assert [day for day, turns in found.items() if turns] == [first + n * DAY for n in (6, 7, 8)]
    assert first + 5 * DAY in found and first + 9 * DAY not in found  # already bad: nothing to warn of


def test_reasons_come_in_the_order_of_their_weight() -> None:
    sums = dict.fromkeys(SUMS, 0) | {"asked_3": 4, "late_7": 9}
    assert model.reasons(sums, BY_ASKING) == [
        Reason("asked_3", "近 3 天有 4 件申请售后", 68),
        Reason("late_7", "近 7 天有 9 件迟到", 32),
    ]
    assert model.risk_bp(sums, BY_ASKING) == 9581
    assert model.risk_bp(dict.fromkeys(SUMS, 0), BY_ASKING) == 179


@pytest.fixture
def pears(db: None) -> Product:
    return goods(shop("晨光果园"), "砀山酥梨", ("5 斤", 39_00, 900))


@pytest.fixture
def by_asking(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A model one can see through."""
    monkeypatch.setattr(model, "card", lambda: BY_ASKING)
    yield


def day(product: Product, on: date, **counts: int) -> None:
    models.Daily.objects.update_or_create(
        merchant_id=product.merchant_id, product_id=product.id, day=on, defaults=counts
    )


def risky(product: Product, now: Any = T0) -> None:
    """Sold and received for weeks; yesterday five asked for their money."""
    for n in range(2, 22):
        day(product, TODAY - n * DAY, sold=2, received=2)
    day(product, TODAY - DAY, asked=5)
    quality.judge(now=now)


def test_the_sums_of_the_database_are_those_of_the_bench(pears: Product) -> None:
    dice = random.Random(3)
    for n in range(1, 120):
        day(pears, TODAY - n * DAY, received=9, reviews=9, **{c: dice.randrange(9) for c in COUNTS[:2]}, bad=n % 5)
    day(pears, TODAY, sold=1000)  # today is not over
    quality.judge(now=T0)
    (row,) = sql.rows("xintui.commerce.quality", "sums", {"until": TODAY - DAY, "now": T0})
    kept = models.Daily.objects.filter(day__lt=TODAY).values("day", *COUNTS)
    facts = [Fact("p", one["day"], name) for one in kept for name in COUNTS for _ in range(one[name])]
    counts = days_of(facts, TODAY - 119 * DAY, TODAY - DAY).counts[0]
    own = {f"{c}_{s}": int(counts[-s:, k].sum()) for k, c in enumerate(COUNTS) for s in SPANS}
    assert {name: row[name] for name in SUMS} == own


def test_the_shop_is_warned_once_with_the_reasons_and_while_unlisting_is_off_nothing_else_follows(
    pears: Product, by_asking: None
) -> None:
    risky(pears)
    assert quality.warn(now=T0) == 1
    assert quality.warn(now=T0 + timedelta(hours=1)) == 0
    (alert,) = quality.alerts(merchant_id=pears.merchant_id, running=True).items
    assert (alert.risk_bp, alert.unlists_at, alert.reasons[0].name) == (7982, T0 + DAY, "asked_3")
    assert quality.standing(pears.id).risk_bp == 7982
    outbox.deliver_all(SUBSCRIPTIONS)
    (told,) = notifications.of_shop(pears.merchant_id).items
    assert told.title == "商品质量预警" and "近 3 天有 5 件申请售后" in told.words
    quality.warn(now=T0 + timedelta(hours=30))
    assert quality.paused([pears.id]) == {}


def test_when_notice_has_run_out_and_the_risk_is_still_there_promotion_stops_for_72_hours_at_most(
    pears: Product, by_asking: None, settings: Any
) -> None:
    settings.QUALITY_UNLIST = True
    risky(pears)
    quality.warn(now=T0)
    quality.warn(now=T0 + timedelta(hours=23))
    assert quality.paused([pears.id]) == {}
    quality.warn(now=T0 + DAY)
    block = quality.paused([pears.id])[pears.id]
    assert (block.cause, block.says) == (Cause.WARNED, "质量预警通知期满，风险仍在：近 3 天有 5 件申请售后")
    assert quality.alerts(product_id=pears.id).items[0].ended is Ended.UNLISTED
    day(pears, TODAY + DAY, asked=5)
    day(pears, TODAY + 2 * DAY, asked=5)
    quality.warn(now=T0 + 4 * DAY - timedelta(minutes=1))
    assert pears.id in quality.paused([pears.id])
    quality.warn(now=T0 + 4 * DAY)
    (block,) = quality.blocks(product_id=pears.id).items
    assert block.ending is Ending.CALM


def test_a_warning_that_passes_is_over_and_a_block_with_it(pears: Product, by_asking: None, settings: Any) -> None:
    settings.QUALITY_UNLIST = True
    risky(pears)
    quality.warn(now=T0)
    quality.warn(now=T0 + DAY)
    assert pears.id in quality.paused([pears.id])
    quality.warn(now=T0 + 3 * DAY)  # the askers of that day are more than three days ago
    assert quality.paused([pears.id]) == {}
    day(pears, TODAY + 4 * DAY, asked=5)
    assert quality.warn(now=T0 + 5 * DAY) == 1
    quality.warn(now=T0 + 8 * DAY)
    assert [one.ended for one in quality.alerts(product_id=pears.id).items] == [Ended.CALM, Ended.UNLISTED]


def test_what_turns_bad_while_it_is_warned_of_is_blocked_for_the_figures(
    pears: Product, by_asking: None, settings: Any
) -> None:
    settings.QUALITY_UNLIST = True
    risky(pears)
    quality.warn(now=T0)
    quality.warn(now=T0 + DAY)
    day(pears, TODAY, received=30, returned=30)
    quality.judge(now=T0 + DAY)
    newest, first = quality.blocks(product_id=pears.id).items
    assert (newest.cause, newest.until, first.ending) == (Cause.MEASURED, None, Ending.MEASURED)
    assert quality.warn(now=T0 + DAY) == 0


def test_too_few_parcels_are_not_warned_of(pears: Product, by_asking: None) -> None:
    day(pears, TODAY - 2 * DAY, sold=9, received=9)
    day(pears, TODAY - DAY, asked=5)
    quality.judge(now=T0)
    assert quality.warn(now=T0) == 0
    assert quality.standing(pears.id).risk_bp == 7982
    assert jobs.unlists(quality.terms(TODAY)) is False
