"""The judgement by table, and PostgreSQL's functions held equal to it."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from xintui.kernel.money import LIMIT_MINOR
from xintui.kernel.times import SHANGHAI, accounting_date
from xintui.promotion.commission import rules
from xintui.promotion.commission.contracts import Rule, Tier

FACTS = {
    "merchant_id": "m1",
    "category": "tea",
    "product_id": "p1",
    "sku_id": "s1",
    "promoter_id": "r1",
    "promoter_level": "gold",
}


@pytest.mark.parametrize(
    ("paid", "refunds", "target"),
    [
        (10_000, (), 1250),
        (10_000, (3333,), 833),
        (10_000, (3333, 3333), 416),
        (10_000, (6666,), 416),
        (10_000, (3333, 3333, 3334), 0),
        (7, (), 0),
    ],
)
def test_the_worked_lines_of_settlement(paid: int, refunds: tuple[int, ...], target: int) -> None:
    assert rules.target_fen(paid - sum(refunds), 1250, None) == target


@pytest.mark.parametrize(
    ("base", "rate", "cap", "target"),
    [(10_000, 1250, 1249, 1249), (10_000, 1250, 1250, 1250), (10_000, 1250, 1251, 1250), (10_000, 1250, 0, 0),
     (10_000, 10_000, None, 10_000), (10**15, 9_999, None, 999_900_000_000_000),
     (7, 1428, None, 0), (8, 1250, None, 1)],
)  # fmt: skip
def test_rate_floor_and_cap(base: int, rate: int, cap: int | None, target: int) -> None:
    assert rules.target_fen(base, rate, cap) == target


TIERS = (Tier(0, 0), Tier(1_000_000, 100), Tier(5_000_000, 250))


@pytest.mark.parametrize(
    ("net", "bonus"),
    [(0, 0), (999_999, 0), (1_000_000, 0), (1_000_099, 0), (1_000_100, 1), (5_000_000, 40_000), (5_000_039, 40_000),
     (5_000_040, 40_001), (10_000_000, 165_000)],
)  # fmt: skip
def test_the_bonus_is_marginal_with_one_floor_at_the_end(net: int, bonus: int) -> None:
    assert rules.bonus_fen(net, TIERS) == bonus
    assert rules.bonus_fen(net, ()) == 0


def test_the_floor_is_taken_once_over_all_bands() -> None:
    assert rules.bonus_fen(100, (Tier(0, 50), Tier(50, 150))) == 1  # 0.25 + 0.75, neither of them whole


def rule(id: str, priority: int = 0, **match: str) -> Rule:  # noqa: A002
    return Rule(id, priority, tuple((key, frozenset({value})) for key, value in match.items()), 100)


@pytest.mark.parametrize(
    ("given_rules", "chosen"),
    [
        ([], None),
        ([rule("a", category="silk")], None),
        ([rule("a"), rule("b", 1)], "b"),
        ([rule("a", 1), rule("b", category="tea")], "a"),
        ([rule("a"), rule("b", category="tea")], "b"),
        ([rule("a", category="tea"), rule("b", category="tea", promoter_level="gold")], "b"),
        ([rule("b"), rule("a")], "a"),
        ([rule("a"), rule("B")], "B"),
        ([rule("é"), rule("z")], "z"),
        ([rule("10"), rule("9")], "10"),
        ([rule("a", -1), rule("b", -2)], "a"),
    ],
)
def test_the_highest_priority_then_more_keys_then_the_smaller_id_in_byte_order(
    given_rules: list[Rule], chosen: str | None
) -> None:
    for order in (given_rules, given_rules[::-1]):
        found = rules.choose(order, FACTS)
        assert (found.id if found else None) == chosen


# -- the same in PostgreSQL -----------------------------------------------------------------------------------------

MANY = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
BASES = st.integers(0, LIMIT_MINOR) | st.sampled_from([899_999_999_999_999, 900_000_000_000_000, LIMIT_MINOR])
LINES = st.tuples(BASES, st.integers(0, 10_000), st.none() | st.integers(0, LIMIT_MINOR))


@pytest.mark.django_db
@MANY
@given(st.lists(LINES, min_size=1, max_size=200))
@example([(LIMIT_MINOR, 10_000, None), (0, 10_000, 0), (900_000_000_000_000, 9_999, 1)])
def test_commission_target_equals_the_rule(lines: list[tuple[int, int, int | None]]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT commission_target(base, rate, cap)"
            " FROM unnest(%s::bigint[], %s::int[], %s::bigint[]) WITH ORDINALITY AS t(base, rate, cap, n) ORDER BY n",
            [list(column) for column in zip(*lines, strict=True)],
        )
        assert [row[0] for row in cursor.fetchall()] == [rules.target_fen(*line) for line in lines]


SUMMER_TIME = datetime(1991, 9, 14, 15, 59, 59, tzinfo=UTC)
"""The last summer time in China ended a second later."""


@pytest.mark.django_db
@MANY
@given(st.lists(st.datetimes(datetime(1950, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC)), min_size=1))
@example([SUMMER_TIME, SUMMER_TIME + timedelta(seconds=1), datetime(1991, 12, 31, 23, 59, 59, tzinfo=UTC)])
def test_the_day_of_an_instant_is_what_a_clock_in_shanghai_shows(instants: list[datetime]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT commission_wall(at), commission_day(at)"
            " FROM unnest(%s::timestamptz[]) WITH ORDINALITY AS t(at, n) ORDER BY n",
            [instants],
        )
        walls = [at.astimezone(SHANGHAI).replace(tzinfo=None) for at in instants]
        assert cursor.fetchall() == [(wall, accounting_date(at)) for wall, at in zip(walls, instants, strict=True)]


@st.composite
def tiers(draw: Any) -> list[Tier]:
    starts = sorted(draw(st.sets(st.integers(0, 10**15), max_size=6)))
    return [Tier(start, draw(st.integers(0, 10_000))) for start in starts]


@pytest.mark.django_db
@MANY
@given(st.lists(st.integers(0, 10**15) | st.integers(0, 10**5), min_size=1, max_size=50), tiers())
@example([10**15, 0, 5_000_039], [Tier(0, 1), Tier(1, 10_000), Tier(5_000_000, 250)])
def test_commission_bonus_equals_the_rule(nets: list[int], bands: list[Tier]) -> None:
    import json

    told = json.dumps([{"from_fen": one.from_fen, "rate_bp": one.rate_bp} for one in bands])
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT commission_bonus(net, %s::jsonb) FROM unnest(%s::bigint[]) WITH ORDINALITY AS t(net, n) ORDER BY n",
            [told, nets],
        )
        assert [row[0] for row in cursor.fetchall()] == [rules.bonus_fen(net, bands) for net in nets]


def test_the_months_a_batch_can_reach_allow_for_the_offset_a_day_was_written_in():
    assert rules.months_reached({"2026-11-20"}, 17) == {date(2026, 12, 1)}
    assert rules.months_reached({"2026-11-13", "2026-11-14"}, 17) == {date(2026, 11, 1), date(2026, 12, 1)}
    assert rules.months_reached(set(), 17) == set()
