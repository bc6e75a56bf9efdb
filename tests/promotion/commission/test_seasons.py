"""限时高佣: a rule that counts for lines paid between two moments, and for no other."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.promotion.commission.sales import BASE, DAY, OTHER_SHOP, SHOP, paid, plan, publish, sell
from tests.promotion.commission.test_plans import NOW, OWN, of_shop, proposed, rule
from xintui.promotion.commission import facade as commission
from xintui.promotion.commission.contracts import NoticeTooShort, PlanInvalid
from xintui.promotion.commission.models import CommissionPlan

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)
START, END = NOW + 8 * DAY, NOW + 10 * DAY


def season(id: str, rate_bp: int, since: datetime | None = START, until: datetime | None = END, **more: Any) -> Any:  # noqa: A002
    times = {"valid_from": since.isoformat() if since else None, "valid_to": until.isoformat() if until else None}
    return rule(id, rate_bp, priority=9, **more) | times


def rates(*moments: datetime) -> list[tuple[str, int]]:
    """(version, rate) of a line of the shop paid at each moment, as really settled."""
    found = []
    for at in moments:
        order = f"ord{at.timestamp():.0f}"
        sell(paid(order, (f"lin{at.timestamp():.0f}", 10_000), at=at))
        one = commission.earning(order, f"lin{at.timestamp():.0f}", now=at)
        found.append((one.plan_version, one.rate_bp))
    return found


def test_the_rule_counts_from_its_first_second_to_the_last_before_its_end() -> None:
    publish()
    commission.publish_draft(proposed("v2", BASE, season("fest", 2500)).id, actor="u", now=NOW)
    assert rates(NOW + 7 * DAY, START - SECOND, START, END - SECOND, END) == [
        ("v2", 1250), ("v2", 1250), ("v2~1", 2500), ("v2~1", 2500), ("v2~2", 1250),
    ]  # fmt: skip


def test_everybody_reads_the_season_before_it_begins() -> None:
    publish()
    commission.publish_draft(proposed("v2", BASE, season("fest", 2500)).id, actor="u", now=NOW)
    current, announced = commission.public_plans(now=NOW)
    assert current is not None and current.plan.version == "v1"
    assert [(one.plan.version, one.in_force_from) for one in announced] == [
        ("v2", NOW + 7 * DAY), ("v2~1", START), ("v2~2", END),
    ]  # fmt: skip
    promised = "限 2026-11-20 12:00 起 2026-11-22 12:00 前付款的订单"
    assert any(
        line.startswith("预告：全部商品：25.00%") and promised in line for line in commission.told(announced[0].plan)
    )
    assert any(promised in line and not line.startswith("预告") for line in commission.told(announced[1].plan))
    assert not any("限 " in line for line in commission.told(announced[2].plan))


def test_another_plan_published_meanwhile_keeps_the_season_and_its_end() -> None:
    publish()
    commission.publish_draft(of_shop(season("fest", 2500, match=OWN)).id, actor="u", now=NOW)
    later = NOW + DAY
    other = commission.draft_plan(
        {"rules": [rule("mine", 400, priority=5, match={"merchant_id": OTHER_SHOP})]},
        merchant_id=OTHER_SHOP, actor="u", now=later,
    )  # fmt: skip
    begins = NOW + 9 * DAY
    commission.publish_draft(other.id, in_force_from=begins, actor="u", now=later)
    assert [rate for _, rate in rates(START, begins, END - SECOND, END)] == [2500, 2500, 2500, 1250]
    sell(paid("o9", ("l9", 10_000), shop=OTHER_SHOP, at=END), paid("o8", ("l8", 10_000), shop=OTHER_SHOP, at=START))
    assert commission.earning("o9", "l9", now=END).rate_bp == 400
    assert commission.earning("o8", "l8", now=END).rate_bp == 1250
    third = commission.draft_plan(
        {"rules": [rule("mine", 500, match={"merchant_id": OTHER_SHOP}, priority=5)]},
        merchant_id=OTHER_SHOP, actor="u", now=later,
    )  # fmt: skip
    commission.publish_draft(third.id, in_force_from=begins + SECOND, actor="u", now=later)
    sell(paid("o7", ("l7", 10_000), shop=OTHER_SHOP, at=END + SECOND))
    assert commission.earning("o7", "l7", now=END).rate_bp == 500


def test_a_plan_without_the_season_ends_it_early() -> None:
    publish()
    commission.publish_draft(proposed("v2", BASE, season("fest", 2500)).id, actor="u", now=NOW)
    commission.publish_draft(
        proposed("v3", rule("base", 1300)).id, in_force_from=START + DAY, actor="u", now=NOW
    )  # fmt: skip
    assert [rate for _, rate in rates(START, START + DAY, END, END + DAY)] == [2500, 1300, 1300, 1300]


def test_a_raise_for_some_days_may_begin_at_once_but_a_cut_after_them_may_not() -> None:
    publish()
    sell(paid("ord1", ("lin1", 10_000)))
    up = of_shop(season("fest", 2500, since=NOW, until=END, match=OWN))
    seen = commission.preview(up.id, now=NOW)
    assert (seen.now_fen, seen.then_fen, seen.improvement) == (1250, 2500, True)
    assert commission.publish_draft(up.id, in_force_from=NOW, actor="u", now=NOW).in_force_from == NOW
    down = of_shop(
        season("high", 2600, since=None, until=END, match=OWN), season("low", 100, since=END, until=None, match=OWN)
    )
    with pytest.raises(NoticeTooShort):
        commission.publish_draft(down.id, in_force_from=NOW + SECOND, actor="u", now=NOW)


@pytest.mark.parametrize(
    ("since", "until", "says"),
    [
        (END, START, "结束时间应晚于开始时间"),
        (None, NOW - SECOND, "结束时间已过"),
        (START.replace(tzinfo=None), END, "时间须带时区"),
        (START.replace(microsecond=5), END, "精确到秒"),
    ],
)
def test_times_that_make_no_sense_are_refused(since: datetime | None, until: datetime, says: str) -> None:
    with pytest.raises(PlanInvalid, match=says):
        proposed("v2", BASE, season("fest", 2500, since, until))


def test_a_plan_that_is_not_published_by_the_calendar_takes_no_season() -> None:
    with pytest.raises(PlanInvalid, match="限时规则须经商城方案草案发布"):
        commission.parse_plan(plan("v1", BASE, season("fest", 2500)))
    with pytest.raises(PlanInvalid, match="不能含 ~"):
        proposed("v2~1", BASE)


def test_versions_without_seasons_are_one_row_each() -> None:
    publish()
    commission.publish_draft(proposed("v2", rule("base", 1300)).id, actor="u", now=NOW)
    assert CommissionPlan.objects.filter(version__startswith="v2").count() == 1
    assert SHOP != OTHER_SHOP
