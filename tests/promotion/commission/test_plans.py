"""A plan's way from a proposal to being in force: tried, judged, shown in time, never changed afterwards."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from tests.promotion.commission.sales import (
    BASE,
    DAY,
    OTHER_SHOP,
    SHOP,
    T0,
    money,
    paid,
    plan,
    publish,
    receive,
    sell,
)
from tests.promotion.people import promoter
from xintui.infra import tenancy
from xintui.kernel.states import NoSuchMove
from xintui.promotion.commission import contracts
from xintui.promotion.commission import facade as commission
from xintui.promotion.commission.contracts import (
    DraftState,
    NoSuchDraft,
    NoticeTooShort,
    PlanOvertaken,
    PlanSameEyes,
)
from xintui.promotion.commission.models import CommissionDraft
from xintui.trust.compliance.contracts import CopyRefused

pytestmark = pytest.mark.django_db
NOW = T0 + 10 * DAY
OWN = {"merchant_id": SHOP}


def proposed(version: str = "v2", *rules: dict[str, Any], note: str = "", **more: Any) -> contracts.Draft:
    return commission.draft_plan(plan(version, *rules, **more), note=note, actor="usrwriter", now=NOW)


def of_shop(*rules: dict[str, Any], shop: str = SHOP) -> contracts.Draft:
    return commission.draft_plan({"rules": list(rules)}, merchant_id=shop, actor="usrowner", now=NOW)


def rule(id: str, rate_bp: int, **more: Any) -> dict[str, Any]:  # noqa: A002
    return {"id": id, "priority": 0, "match": {}, "rate_bp": rate_bp} | more


def test_the_first_plan_begins_at_once() -> None:
    made = commission.publish_draft(proposed("v1").id, actor="usrops", now=NOW)
    assert made.in_force_from == NOW
    assert commission.plan_in_force(NOW) == made.plan
    assert commission.plan_in_force(NOW - timedelta(microseconds=1)) is None


def test_a_change_is_shown_seven_days_before_it_counts() -> None:
    publish()
    made = commission.publish_draft(proposed("v2", rule("base", 500)).id, actor="usrops", now=NOW)
    assert made.in_force_from == NOW + 7 * DAY
    before = NOW + 7 * DAY - timedelta(microseconds=1)
    assert [commission.plan_in_force(at).version for at in (before, NOW + 7 * DAY)] == ["v1", "v2"]
    sell(paid("ord1", ("lin1", 10_000), at=before), paid("ord2", ("lin2", 10_000), at=NOW + 7 * DAY))
    lines = [commission.earning(order, line, now=NOW) for order, line in (("ord1", "lin1"), ("ord2", "lin2"))]
    assert [(one.plan_version, one.commission_fen) for one in lines] == [("v1", 1250), ("v2", 500)]


def test_a_change_may_not_begin_before_its_notice_and_the_refusal_names_the_law() -> None:
    publish()
    sell(paid("ord1", ("lin1", 10_000)))
    worse = proposed("v2", rule("base", 1249))
    with pytest.raises(NoticeTooShort) as refusal:
        commission.publish_draft(worse.id, in_force_from=NOW + 7 * DAY - timedelta(seconds=1), actor="u", now=NOW)
    assert "电子商务法第三十四条" in str(refusal.value)
    assert "1 行中有 1 行佣金减少" in str(refusal.value)
    assert commission.draft(worse.id).state is DraftState.DRAFT
    assert commission.publish_draft(worse.id, in_force_from=NOW + 7 * DAY, actor="u", now=NOW).plan.version == "v2"


def test_what_takes_nothing_from_anybody_may_begin_at_once_and_says_on_what_it_was_tried() -> None:
    publish()
    sell(paid("ord1", ("lin1", 10_000)), paid("ord2", ("lin2", 5_000), shop=OTHER_SHOP))
    better = of_shop(rule("more", 2000, priority=5, match=OWN))
    made = commission.publish_draft(better.id, in_force_from=NOW, actor="usrops", now=NOW)
    assert made.in_force_from == NOW
    assert commission.draft(better.id).basis == (
        "即时生效：按预览的 2 行逐行比较，没有推客减少收入，没有其他商家增加支出"
    )


def test_a_raise_at_another_merchants_cost_is_no_pure_improvement() -> None:
    publish()
    sell(paid("ord1", ("lin1", 10_000)))
    with pytest.raises(NoticeTooShort, match="1 家商家未提出该变更而佣金支出增加"):
        commission.publish_draft(proposed("v2", rule("base", 1300)).id, in_force_from=NOW, actor="u", now=NOW)


def test_a_higher_bonus_is_the_platforms_own_money_and_may_begin_at_once() -> None:
    publish()
    sell(paid("ord1", ("lin1", 10_000)))
    more = proposed("v2", BASE, tiers=[{"from_fen": 0, "rate_bp": 100}])
    assert commission.publish_draft(more.id, in_force_from=NOW, actor="u", now=NOW).in_force_from == NOW


def test_a_longer_freeze_is_no_improvement_however_high_the_rate() -> None:
    publish()
    sell(paid("ord1", ("lin1", 10_000)))
    with pytest.raises(NoticeTooShort, match="冻结期或自动收货期变长"):
        commission.publish_draft(proposed("v2", BASE, freeze_days=8).id, in_force_from=NOW, actor="u", now=NOW)


def test_without_a_line_to_try_it_on_nothing_counts_as_an_improvement() -> None:
    publish()
    with pytest.raises(NoticeTooShort, match="没有推广成交"):
        commission.publish_draft(proposed("v2").id, in_force_from=NOW, actor="u", now=NOW)


def test_nothing_begins_in_the_past() -> None:
    publish()
    sell(paid("ord1", ("lin1", 10_000)))
    more = proposed("v2", BASE, tiers=[{"from_fen": 0, "rate_bp": 100}])
    with pytest.raises(NoticeTooShort):
        commission.publish_draft(more.id, in_force_from=NOW - timedelta(seconds=1), actor="u", now=NOW)
    first = CommissionDraft.objects.count()
    assert first == 1


def test_versions_follow_each_other() -> None:
    publish()
    commission.publish_draft(proposed("v2", rule("base", 500)).id, actor="u", now=NOW)
    with pytest.raises(PlanOvertaken, match="v2"):
        commission.publish_draft(proposed("v3", rule("base", 600)).id, actor="u", now=NOW)
    later = commission.publish_draft(
        proposed("v4", rule("base", 600)).id, in_force_from=NOW + 8 * DAY, actor="u", now=NOW
    )
    assert commission.plan_in_force(NOW + 8 * DAY) == later.plan


def test_a_published_version_is_frozen() -> None:
    publish()
    with pytest.raises(contracts.PlanConflict):
        commission.publish_plan(commission.parse_plan(plan("v1", rule("base", 1))), in_force_from=NOW)
    with pytest.raises(contracts.PlanConflict):
        proposed("v1")
    two = [proposed("v2", rule("base", 500)), proposed("v2", rule("base", 600))]
    commission.publish_draft(two[0].id, actor="u", now=NOW)
    with pytest.raises(contracts.PlanConflict):
        commission.publish_draft(two[1].id, in_force_from=NOW + 9 * DAY, actor="u", now=NOW)
    with pytest.raises(NoSuchMove):
        commission.publish_draft(two[0].id, actor="u", now=NOW)
    with pytest.raises(NoSuchMove):
        commission.change_draft(two[0].id, plan("v9"), actor="usrwriter", now=NOW)


def test_a_note_that_recruits_is_refused_with_the_article() -> None:
    with pytest.raises(CopyRefused):
        proposed("v1", note="邀请好友成为下线，躺赚佣金，发展三级代理")


def test_rates_above_the_reference_line_are_flagged_but_not_refused() -> None:
    high = proposed("v1", rule("base", 3001))
    assert [one.id for one in commission.preview(high.id, now=NOW).findings] == ["AP-08"]
    assert commission.publish_draft(high.id, actor="u", now=NOW).plan.version == "v1"


# -- merchants ------------------------------------------------------------------------------------------------------


def test_the_platforms_own_plan_is_published_by_a_second_person_also_after_the_first_one_changed_it() -> None:
    made = proposed("v1")
    with pytest.raises(PlanSameEyes, match="起草人以外的同事"):
        commission.publish_draft(made.id, actor="usrwriter", now=NOW)
    commission.change_draft(made.id, plan("v1", rule("base", 900)), merchant_id="", actor="usrother", now=NOW)
    with pytest.raises(PlanSameEyes):
        commission.publish_draft(made.id, actor="usrother", now=NOW)
    assert commission.publish_draft(made.id, actor="usrwriter", now=NOW).plan.rules[0].rate_bp == 900
    with pytest.raises(IntegrityError, match="commission_draft_four_eyes"), transaction.atomic():
        CommissionDraft.objects.filter(id=made.id).update(created_by="usrwriter")


def test_a_merchants_rules_speak_of_its_own_goods_only() -> None:
    publish()
    for match in ({}, {"merchant_id": OTHER_SHOP}, {"merchant_id": [SHOP, OTHER_SHOP]}, {"category": "tea"}):
        with pytest.raises(contracts.PlanInvalid):
            of_shop(rule("mine", 2000, match=match))


def test_a_merchants_rules_replace_its_own_and_leave_the_rest() -> None:
    publish(BASE, rule(f"{SHOP}.old", 900, match=OWN), rule("other", 700, match={"merchant_id": OTHER_SHOP}))
    made = commission.publish_draft(of_shop(rule("new", 2000, match=OWN)).id, actor="u", now=NOW)
    assert [(one.id, one.rate_bp) for one in made.plan.rules] == [
        ("base", 1250),
        ("other", 700),
        (f"{SHOP}.new", 2000),
    ]
    sell(paid("ord1", ("lin1", 10_000), at=NOW + 7 * DAY))
    assert money() == (2000, 0, 0)


def test_one_merchants_drafts_are_not_anothers() -> None:
    publish()
    mine = of_shop(rule("mine", 2000, match=OWN))
    for act in (
        lambda: commission.draft(mine.id, merchant_id=OTHER_SHOP),
        lambda: commission.preview(mine.id, merchant_id=OTHER_SHOP, now=NOW),
        lambda: commission.change_draft(mine.id, {"rules": []}, merchant_id=OTHER_SHOP, actor="x", now=NOW),
        lambda: commission.drop_draft(mine.id, merchant_id=OTHER_SHOP, actor="u", now=NOW),
    ):
        with pytest.raises(NoSuchDraft):
            act()
    with tenancy.as_merchant(OTHER_SHOP):
        assert CommissionDraft.objects.count() == 0
    with tenancy.as_merchant(SHOP):
        assert CommissionDraft.objects.count() == 1


def test_a_draft_is_taken_back_by_its_owner_and_declined_by_the_platform() -> None:
    publish()
    mine = of_shop(rule("mine", 2000, match=OWN))
    assert commission.drop_draft(mine.id, merchant_id=SHOP, actor="u", now=NOW).state is DraftState.WITHDRAWN
    other = of_shop(rule("mine", 2000, match=OWN))
    done = commission.drop_draft(other.id, actor="usrops", reason="比例过高", now=NOW)
    assert (done.state, done.basis) == (DraftState.REJECTED, "比例过高")
    with pytest.raises(NoSuchMove):
        commission.publish_draft(other.id, actor="u", now=NOW)


# -- preview --------------------------------------------------------------------------------------------------------


def test_the_preview_says_who_would_get_what_and_who_would_pay() -> None:
    publish()
    sell(
        paid("ord1", ("lin1", 10_000), ("lin2", 3_000), promoter="proA"),
        paid("ord2", ("lin3", 20_000), promoter="proB", category="silk", shop=OTHER_SHOP),
        paid("ord3", ("lin4", 50_000), promoter="proB", buyer_is="proB"),
        paid("ord4", ("lin5", 70_000), promoter="proC", at=T0 - 25 * DAY),
    )
    new = proposed(
        "v2",
        rule("base", 1000),
        rule("silk", 2000, priority=9, match={"category": "silk"}, cap_fen=3_500),
        tiers=[{"from_fen": 0, "rate_bp": 0}, {"from_fen": 10_000, "rate_bp": 500}],
    )
    seen = commission.preview(new.id, now=NOW)
    assert (seen.lines, seen.promoters, seen.net_fen) == (3, 2, 33_000)
    assert (seen.now_fen, seen.then_fen) == (1250 + 375 + 2500, 1000 + 300 + 3500)
    assert (seen.now_bonus_fen, seen.then_bonus_fen) == (0, 150 + 500)
    assert (seen.better_lines, seen.worse_lines, seen.worse_promoters) == (1, 2, 1)
    assert [(one.id, one.now_fen, one.then_fen) for one in seen.winners] == [("proB", 2500, 4000)]
    assert [(one.id, one.now_fen, one.then_fen) for one in seen.losers] == [("proA", 1625, 1450)]
    assert [(one.id, one.more_fen) for one in seen.payers] == [(OTHER_SHOP, 1000), (SHOP, -325)]
    assert (seen.improvement, seen.earliest) == (False, NOW + 7 * DAY)


def test_the_preview_equals_what_really_accrues_under_the_new_plan() -> None:
    gold = promoter(1).id
    from xintui.promotion.promoters import facade as promoters

    promoters.set_level(gold, "gold", actor="usrops", reason="approved", now=T0)
    plain = promoter(2).id
    publish()

    def month(prefix: str, at: Any) -> list[Any]:
        return [
            paid(f"{prefix}1", (f"{prefix}a", 12_345), (f"{prefix}b", 7), promoter=gold, at=at),
            paid(f"{prefix}2", (f"{prefix}c", 99_999), promoter=plain, category="silk", at=at),
            paid(f"{prefix}3", (f"{prefix}d", 55_555), promoter=gold, shop=OTHER_SHOP, category="silk", at=at),
            paid(f"{prefix}4", (f"{prefix}e", 31_234), promoter=plain, sku="sku2", at=at),
        ]

    sell(*month("x", T0))
    new = proposed(
        "v2",
        rule("base", 333),
        rule("silk", 1111, priority=3, match={"category": ["silk", "linen"]}, cap_fen=9_000),
        rule("gift box", 1717, priority=5, match={"sku_id": "sku2"}),
        rule("gold", 2222, priority=3, match={"promoter_level": "gold", "merchant_id": OTHER_SHOP}),
        tiers=[{"from_fen": 0, "rate_bp": 50}, {"from_fen": 60_000, "rate_bp": 777}],
    )
    seen = commission.preview(new.id, now=NOW)
    before = {one: money(one)[0] for one in (gold, plain)}
    assert sum(before.values()) == seen.now_fen
    commission.publish_draft(new.id, actor="u", now=NOW)
    begins = NOW + 7 * DAY
    sell(*month("y", begins))
    accrued = {one: money(one)[0] - before[one] for one in (gold, plain)}
    assert sum(accrued.values()) == seen.then_fen
    # Only the new lines are released in the next month, so the month's bonus is the preview's too.
    for order, lines in (("y1", ("ya", "yb")), ("y2", ("yc",)), ("y3", ("yd",)), ("y4", ("ye",))):
        receive(order, *lines, at=begins + 10 * DAY)
    commission.release(now=begins + 60 * DAY)
    assert sum(one.bonus_fen for who in (gold, plain) for one in commission.statements(who)) == seen.then_bonus_fen
