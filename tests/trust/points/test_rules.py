"""The rules by table and by property: benefits never fall as trust rises, and points expire the same in any order."""

from dataclasses import replace
from datetime import date
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xintui.trust.points import rules, tables
from xintui.trust.points.contracts import Perk, Standing

TODAY = date(2026, 11, 29)
TABLE = tables.benefits(TODAY)
EARNING = tables.earning(TODAY)


@pytest.mark.parametrize(
    ("day", "months", "last"),
    [
        (date(2026, 11, 5), 12, date(2027, 11, 30)),
        (date(2026, 2, 28), 12, date(2027, 2, 28)),
        (date(2027, 2, 1), 12, date(2028, 2, 29)),
        (date(2026, 12, 31), 1, date(2027, 1, 31)),
    ],
)
def test_points_live_to_the_end_of_a_month(day, months, last):
    assert rules.expires_on(day, months) == last


@pytest.mark.parametrize(
    ("net_fen", "points"), [(-5, 0), (0, 0), (99, 0), (100, 1), (12_345, 123), (2_000_000, 20_000), (9_999_999, 20_000)]
)
def test_sales_earn_a_point_a_yuan_up_to_the_cap(net_fen, points):
    assert rules.sales(net_fen, EARNING.rules["sales"]) == points


def worth(score, level):
    return rules.worth(rules.benefits(Standing(score, level), TABLE))


@pytest.mark.parametrize(
    ("score", "level", "perk", "value"),
    [
        (769, "gold", Perk.DEPOSIT_RELIEF, 0),
        (770, "", Perk.DEPOSIT_RELIEF, 1000),
        (840, "junior", Perk.DEPOSIT_RELIEF, 2000),
        (840, "gold", Perk.DEPOSIT_RELIEF, 3000),
        (999, "", Perk.POINTS_OFFSET, 0),
        (0, "junior", Perk.POINTS_OFFSET, 2000),
        (770, "junior", Perk.POINTS_OFFSET, 5000),
        (770, "junior", Perk.FASTER_RELEASE, 0),
        (770, "gold", Perk.FASTER_RELEASE, 2),
        (840, "partner", Perk.FASTER_RELEASE, 7),
        (0, "", Perk.FEE_RELIEF, 10_000),
        (840, "", Perk.ARBITRATION_LANE, 48),
        (690, "", Perk.INSTALMENT_PLAN, 45),
    ],
)
def test_a_standing_brings_what_the_table_says(score, level, perk, value):
    assert worth(score, level)[perk] == value


def test_there_are_twelve_benefits_in_effect_and_what_is_not_open_gives_nobody_anything():
    best = rules.benefits(Standing(1000, "partner"), TABLE)
    assert [one.code for one in best] == list(TABLE.ladders) and set(TABLE.ladders) == set(Perk) and len(best) == 12
    assert all(one.value > 0 and one.open for one in best)
    shut = {code: replace(ladder, open=False) for code, ladder in TABLE.ladders.items()}
    assert all(one.value == 0 for one in rules.benefits(Standing(1000, "partner"), replace(TABLE, ladders=shut)))


def test_more_trust_never_brings_less():
    better = {Perk.ARBITRATION_LANE: -1}  # fewer hours are better
    for (low, high), (before, after) in product(
        zip(range(0, 1000, 10), range(10, 1001, 10), strict=True), zip(TABLE.levels, TABLE.levels, strict=True)
    ):
        less, more = worth(low, before), worth(high, after)
        assert all(not less[one] or (more[one] - less[one]) * better.get(one, 1) >= 0 for one in Perk)
    for score in range(0, 1001, 10):
        for before, after in zip(TABLE.levels, TABLE.levels[1:], strict=False):
            less, more = worth(score, before), worth(score, after)
            assert all(not less[one] or (more[one] - less[one]) * better.get(one, 1) >= 0 for one in Perk)


def test_no_way_to_earn_counts_people_who_were_brought_or_money_that_was_paid_in():
    assert set(EARNING.rules) == {
        "sales",
        "clean",
        "service",
        "level",
        "verified",
        "amends",
        "correction",
        "shop_clean",
        "shop_service",
    }
    said = "".join(rule.title + rule.says for rule in EARNING.rules.values())
    assert not any(word in said for word in ("邀请", "下级", "团队", "缴纳", "充值", "人头"))


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(1, 1000)), max_size=12), st.data())
def test_expiry_by_sums_is_what_a_queue_of_lots_would_give(lots, data):
    """FIFO by lots, kept as a slow reference, against the comparison of sums."""
    lots = sorted(lots)
    queue = [[month, points] for month, points in lots]
    used = 0
    for month in range(7):
        there = sum(points for _, points in queue)
        spent = data.draw(st.integers(0, there))
        used += spent
        for lot in queue:
            took = min(lot[1], spent)
            lot[1] -= took
            spent -= took
        over = sum(points for expires, points in queue if expires < month)
        assert rules.expired(sum(points for expires, points in lots if expires < month), used) == over
        used += over
        queue = [lot for lot in queue if lot[0] >= month]
