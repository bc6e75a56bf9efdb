"""活动预告: every limited-time rule with the time in which it really counts, as it was published for everybody."""

import pytest

from tests.promotion.commission.sales import BASE, DAY, publish
from tests.promotion.commission.test_plans import NOW, proposed, rule
from tests.promotion.commission.test_seasons import END, START, season
from xintui.promotion.commission import facade as commission

pytestmark = pytest.mark.django_db


def seen(at=NOW):
    return [(one.rule_id, one.rate_bp, one.since, one.until) for one in commission.seasons_ahead(now=at)]


def test_a_season_is_seen_from_the_day_it_is_published_until_it_is_over() -> None:
    publish()
    assert seen() == []
    commission.publish_draft(proposed("v2", BASE, season("fest", 2500)).id, actor="u", now=NOW)
    expected = [("fest", 2500, START, END)]
    assert seen() == seen(START - DAY) == seen(START) == seen(END - DAY) == expected
    assert seen(END) == []
    (one,) = commission.seasons_ahead(now=NOW)
    assert (one.says, one.cap_fen) == ("全部商品", None)


def test_a_season_is_called_by_what_it_is_for() -> None:
    publish()
    tea = season("fest", 2500, match={"category": "tea", "promoter_level": "gold"})
    commission.publish_draft(proposed("v2", BASE, tea).id, actor="u", now=NOW)
    assert [one.says for one in commission.seasons_ahead(now=NOW)] == ["tea · 金牌推客"]


def test_a_plan_that_keeps_it_keeps_its_time_and_one_without_it_ends_it_early() -> None:
    publish()
    commission.publish_draft(proposed("v2", BASE, season("fest", 2500)).id, actor="u", now=NOW)
    commission.publish_draft(
        proposed("v3", rule("base", 1300)).id, in_force_from=START + DAY, actor="u", now=NOW
    )  # fmt: skip
    assert seen() == [("fest", 2500, START, START + DAY)]


def test_two_seasons_stand_in_the_order_in_which_they_begin() -> None:
    publish()
    late = season("late", 3000, END + DAY, END + 2 * DAY)
    commission.publish_draft(proposed("v2", BASE, late, season("fest", 2500)).id, actor="u", now=NOW)
    assert [one[0] for one in seen()] == ["fest", "late"]
    assert seen(END) == [("late", 3000, END + DAY, END + 2 * DAY)]
