"""I-08: what the best have in common, with both counts and an interval; nobody is told; stock that turns over."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from tests.commerce.concentration.hands import DAY, NOW, START, Street, alike, sold
from tests.commerce.world import goods, shop
from tests.promotion.commission.test_console import sitting
from xintui.commerce.catalog import facade as catalog
from xintui.foundation.identity.contracts import Role
from xintui.infra import clock, tenancy
from xintui.insight.patterns import facade, rules, services, tables
from xintui.insight.patterns.contracts import Case, NotCounted, Outcome, Sign, Subject, TurnoverNotFound
from xintui.insight.patterns.models import Found, Turnover
from xintui.kernel.times import accounting_date

TERMS = tables.terms(date(2026, 11, 29))


def cases(*groups: tuple[int, int, str]) -> list[Case]:
    """(how many, orders of 100 clicks, what they have)."""
    made = []
    for n, (count, orders, has) in enumerate(groups):
        made += [Case(f"{n}-{k:03}", 100, orders, orders * 100, {"pictures": has}) for k in range(count)]
    return made


def test_the_best_fifth_is_found_with_its_border_and_equals_stay_together() -> None:
    made = cases((8, 30, "many"), (4, 20, "few"), (40, 5, "few"))
    top, rest, border = rules.parted(made, Outcome.CONVERSION, top_bp=2000, clicks_min=20)
    assert (len(top), len(rest), border) == (12, 40, 2000)  # ten wanted; the tenth has equals
    few = [Case("x", 19, 19, 0, {})]
    assert rules.parted(few, Outcome.CONVERSION, top_bp=2000, clicks_min=20) == ([], [], 0)
    assert rules.parted(few, Outcome.SALES, top_bp=2000, clicks_min=20) == ([], [], 0)


def test_a_pattern_says_both_counts_the_difference_and_whether_it_is_sure() -> None:
    top = cases((18, 30, "many"), (2, 30, "few"))
    rest = cases((20, 5, "many"), (60, 5, "few"))
    found, left = rules.patterns(top, rest, least=10, z_milli=1960)
    many = next(one for one in found if one.value == "many")
    assert (many.top_with, many.top, many.rest_with, many.rest, many.diff_bp) == (18, 20, 20, 80, 6500)
    assert (many.lift_milli, many.sign, left) == (3600, Sign.MORE, 0)
    assert rules.says(many, "件商品") == (
        "表现最好的 20 件商品中 18（90%），其余 80 中 20（25%）；相差 +65.0 个百分点，95% 区间 "
        f"{many.low_bp / 100:+.1f} 到 {many.high_bp / 100:+.1f}"
    )
    assert next(one for one in found if one.value == "few").sign is Sign.LESS


def share() -> st.SearchStrategy[tuple[int, int]]:
    return st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(share(), share())
def test_the_interval_holds_the_difference_and_never_leaves_what_is_possible(
    best: tuple[int, int], others: tuple[int, int]
) -> None:
    diff, low, high = rules.difference(*best, *others, 1960)
    assert -1 - 1e-9 <= low <= diff <= high <= 1 + 1e-9
    turned, down, up = rules.difference(*others, *best, 1960)
    assert (turned, down, up) == pytest.approx((-diff, -high, -low))


@given(st.lists(st.sampled_from("abc"), max_size=60), st.lists(st.sampled_from("abc"), max_size=60))
def test_no_group_of_people_smaller_than_five_is_shown_nor_follows_by_taking_away(
    best: list[str], rest: list[str]
) -> None:
    def people(values: list[str], mark: str) -> list[Case]:
        return [Case(f"{mark}{n}", 0, 0, 1, {"level": value}) for n, value in enumerate(values)]

    found, _ = rules.patterns(people(best, "t"), people(rest, "r"), least=5, z_milli=1960, floor=5)
    for one in found:
        for part in (one.top_with, one.top - one.top_with, one.rest_with, one.rest - one.rest_with):
            assert part == 0 or part >= 5


@pytest.fixture
def street(db: Any) -> Iterator[Street]:
    yield Street()
    clock.set_for_story(None)


def test_everything_is_counted_for_the_platform_and_for_each_shop(street: Street) -> None:
    assert services.count(now=NOW) == 2 * 2 * 2  # goods and promoters, two outcomes, the platform and the shop
    found = facade.found("", Subject.GOODS, Outcome.SALES)
    assert (found.top, found.rest, found.patterns, found.day) == (0, 2, (), accounting_date(NOW))
    with pytest.raises(NotCounted):
        facade.found("mchNONE", Subject.GOODS, Outcome.SALES)
    assert services.count_due(now=NOW) == 0
    assert services.count_due(now=NOW + DAY) == 8


def test_counting_costs_the_same_for_two_products_and_for_twenty(street: Street) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as seen:
            services.count(now=NOW)
        return len(seen)

    services.count(now=NOW - DAY)
    before = statements()
    for n in range(18):
        goods(street.shop, f"李子 {n}", ("一箱", 30_00, 50))
    assert statements() == before
    assert facade.found("", Subject.GOODS, Outcome.SALES).rest == 2  # what did not sell is not compared by sales


def test_many_goods_show_what_the_best_have_in_common(street: Street) -> None:
    """Fifty goods: of the ten that sell best nine are cheap, of the others one in four is."""
    for n in range(50):
        cheap = n < 9 or n % 4 == 0
        made = goods(street.shop, f"果品 {n}", ("一份", 20_00 if cheap else 80_00, 500))
        first = sold(made, n, street.anna.id)
        alike(first, 39 if n < 10 else 1, [street.anna.id])
    services.count(now=NOW)
    found = facade.found(street.shop.id, Subject.GOODS, Outcome.SALES)
    best = next(one for one in found.patterns if one.value == "50 元以内")
    assert (best.attribute, best.sign) == ("price", Sign.MORE)
    assert best.top_with >= 9 and best.top + best.rest == 52
    assert facade.found("", Subject.PROMOTERS, Outcome.SALES).patterns == ()  # two people: nothing is told


def test_stock_is_counted_back_from_every_move_and_turns_over(street: Street) -> None:
    plums = street.plums
    clock.set_for_story(NOW)
    day = accounting_date(NOW)
    catalog.adjust_stock(street.shop.id, plums.skus[0].id, 100, actor="usr01OWNER", now=NOW - 2 * DAY)
    services.count(now=NOW)
    row = Turnover.objects.get(id=plums.id)
    days = facade.stock_days(plums.id, until=day, back=30)
    assert (row.on_hand, row.sold) == (900 - 1 + 100, 1)  # one was sold by the verbs; copies move no stock
    assert row.stock_sum == sum(one.on_hand for one in days) and row.days == len(days)
    assert [one.on_hand for one in days[-4:]] == [899, 999, 999, 999]
    assert row.turnover_centi == row.sold * row.days * 100 // row.stock_sum
    assert row.days_left == row.on_hand * row.days // row.sold
    with pytest.raises(TurnoverNotFound):
        facade.stock_days(plums.id, merchant_id=shop("别家").id, until=day, back=30)


def test_what_lies_there_for_a_month_and_hardly_sells_is_slow(street: Street) -> None:
    services.count(now=START + 40 * DAY)
    assert Turnover.objects.get(id=street.plums.id).slow
    services.count(now=NOW)
    assert not Turnover.objects.get(id=street.plums.id).slow  # not there long enough to tell


def test_another_shop_sees_nothing_of_it(street: Street) -> None:
    services.count(now=NOW)
    with tenancy.as_merchant(shop("云雾茶行").id):
        assert Found.objects.count() == Turnover.objects.count() == 0
    with tenancy.as_merchant(street.shop.id):
        assert Turnover.objects.count() == 2 and {row.merchant_id for row in Found.objects.all()} == {street.shop.id}


def page(client: Client, path: str) -> str:
    with tenancy.as_nobody():
        answer = client.get(path, follow=True)
    assert answer.status_code == 200, answer.content
    return b"".join(answer.streaming_content).decode() if answer.streaming else str(answer.content.decode())


def test_both_consoles_show_the_forest_the_numbers_and_the_csv(street: Street, settings: Any) -> None:
    settings.TOTP_REQUIRED = False
    for n in range(50):
        made = goods(street.shop, f"果品 {n}", ("一份", 20_00 if n < 9 or n % 4 == 0 else 80_00, 500))
        alike(sold(made, n, street.anna.id), 39 if n < 10 else 1, [street.anna.id])
    services.count(now=NOW)
    clock.set_for_story(NOW + timedelta(minutes=1))
    boss = sitting("ops", "boss", Role.OPERATOR)
    owner = sitting("merchant", "chenguang", Role.MERCHANT_OWNER, street.shop.id)
    for client, site in ((boss, "ops"), (owner, "merchant")):
        shown = page(client, f"/{site}/patterns/common/?subject=goods&outcome=sales")
        assert (
            "一起出现，不是因果" in shown
            and 'class="xp"' in shown
            and "<rect x=" in shown
            and "价格 · 50 元以内" in shown
        )
        assert "样本不足" in page(client, f"/{site}/patterns/common/?subject=promoters&outcome=sales")
        assert "价格 · 50 元以内" in page(client, f"/{site}/patterns/common/goods-sales.csv")
        listed = page(client, f"/{site}/patterns/turnover/")
        assert (
            "砀山酥梨" in page(client, f"/{site}/patterns/turnover/{street.pears.id}/change/") and "周转次数" in listed
        )


@pytest.mark.django_db
def test_a_shop_reads_the_turnover_of_its_own_stock() -> None:
    mine, other = shop("云雾茶行"), shop("山里人家")
    Turnover.objects.bulk_create(
        Turnover(
            id=f"prd{n}", merchant_id=merchant, on_hand=4, sold=6, days=30, stock_sum=90, turnover_centi=200,
            days_left=20, slow=slow, counted_on=NOW.date(),
        )
        for n, (merchant, slow) in enumerate([(mine.id, False), (mine.id, True), (other.id, True)])
    )  # fmt: skip
    assert [one.product_id for one in facade.turnovers(merchant_id=mine.id).items] == ["prd1", "prd0"]
    assert [one.product_id for one in facade.turnovers(slow=True).items] == ["prd2", "prd1"]
    (one,) = facade.turnovers(merchant_id=mine.id, slow=False).items
    assert (one.average_milli, one.turnover_centi, one.days_left) == (3000, 200, 20)
    with pytest.raises(TurnoverNotFound):
        facade.stock_days("prd2", merchant_id=mine.id, until=NOW.date(), back=7)


def test_deposit_and_certificate_are_among_what_promoters_have() -> None:
    assert [TERMS.band("deposit", share) for share in (0, 6_700, 10_000)] == [
        "没有保证金",
        "缴了一部分保证金",
        "缴足保证金",
    ]
    assert [TERMS.band("exam", share) for share in (0, 5_000, 7_500, 10_000)] == [
        "没有学院证书", "没有学院证书", "一张学院证书", "两张以上学院证书",
    ]  # fmt: skip
    assert {"deposit", "exam"} <= rules.ATTRIBUTES.keys()
