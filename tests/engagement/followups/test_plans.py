"""P-15 跟进方案: what may be written, what freezes, the preview that leaves nothing, and numbers that add up."""

import dataclasses

import pytest

from tests.engagement.followups.people import DAY, OPERATOR, SEVEN, T0, buys, customer, mei, running
from xintui.engagement.followups import facade, rules
from xintui.engagement.followups.contracts import (
    BadPlan,
    Figures,
    PlanFrozen,
    PlanNotFound,
    PlanState,
    Trigger,
)
from xintui.engagement.followups.models import Task
from xintui.foundation.identity import facade as identity
from xintui.kernel.states import NoSuchMove
from xintui.trust.compliance.contracts import CopyRefused

pytestmark = pytest.mark.django_db
DUE = T0 + 7 * DAY


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("{姓名}您好，最近怎么样", "不认识 {姓名}"),
        ("{称呼您好，最近怎么样", "不认识 {"),
        ("来看看 https://x.cn/a 吧", "不要写网址"),
        ("好吗", "文案应有"),
    ],
)
def test_words_hold_two_places_and_no_address(words, why):
    with pytest.raises(BadPlan, match=".*" + why.replace("{", r"\{")):
        facade.create(dataclasses.replace(SEVEN, words=words), by=OPERATOR, now=T0)


@pytest.mark.parametrize("field", [{"days": 0}, {"days": 366}, {"valid_days": 31}, {"name": "好"}])
def test_figures_have_bounds(field):
    with pytest.raises(BadPlan):
        facade.create(dataclasses.replace(SEVEN, **field), by=OPERATOR, now=T0)


def test_words_that_promise_something_for_sharing_are_refused_with_the_rule():
    with pytest.raises(CopyRefused) as refusal:
        facade.create(dataclasses.replace(SEVEN, words="{称呼}您好，转发到群就领红包"), by=OPERATOR, now=T0)
    assert "转发" in str(refusal.value)


def test_a_material_has_to_be_in_force():
    with pytest.raises(BadPlan, match="素材"):
        facade.create(dataclasses.replace(SEVEN, material_id="mtvNONE"), by=OPERATOR, now=T0)


def test_a_running_plan_is_frozen_and_changed_by_a_copy():
    made = facade.create(SEVEN, by=OPERATOR, now=T0)
    changed = facade.change(made.id, dataclasses.replace(SEVEN, days=9), by=OPERATOR, now=T0)
    assert (changed.days, changed.state) == (9, PlanState.DRAFT)
    facade.start(made.id, by=OPERATOR, now=T0)
    with pytest.raises(PlanFrozen):
        facade.change(made.id, SEVEN, by=OPERATOR, now=T0)
    with pytest.raises(NoSuchMove):
        facade.start(made.id, by=OPERATOR, now=T0)
    again = facade.copy(made.id, by=OPERATOR, now=T0)
    assert (again.name, again.days, again.state) == ("收货七天回访 副本", 9, PlanState.DRAFT)
    assert facade.stop(made.id, by=OPERATOR, now=T0, reason="换文案").state is PlanState.STOPPED
    with pytest.raises(PlanNotFound):
        facade.plan("fupNONE")
    trail = [line.action for line in identity.audit_trail(after="", limit=9, object_type="followup_plan").items]
    assert sorted(trail) == [
        "followups.change",
        "followups.copy",
        "followups.create",
        "followups.start",
        "followups.stop",
    ]


def test_a_stopped_plan_makes_no_more_and_leaves_what_it_made():
    me = mei()
    buys("ordA", customer(1), me)
    plan = running()
    facade.make_due(now=DUE)
    facade.stop(plan.id, by=OPERATOR, now=DUE)
    buys("ordB", customer(2), me, at=T0 + DAY)
    assert facade.make_due(now=DUE + DAY) == 0
    assert facade.waiting(me, now=DUE) == 1


def test_the_preview_counts_what_would_be_made_and_leaves_nothing():
    me = mei()
    for n in (1, 2, 3):
        buys(f"ord{n}", customer(n), me)
    draft = facade.create(SEVEN, by=OPERATOR, now=T0)
    assert facade.preview(draft.id, now=DUE) == 3
    assert facade.preview(draft.id, now=DUE + 3 * DAY) == 0
    assert not Task.objects.exists()
    facade.start(draft.id, by=OPERATOR, now=DUE)
    assert facade.make_due(now=DUE) == 3
    assert facade.preview(draft.id, now=DUE) == 0


def test_the_numbers_add_up_and_a_purchase_within_fourteen_days_after_counts_once_a_customer():
    me = mei()
    people = [customer(n) for n in range(1, 6)]
    for n, one in enumerate(people):
        buys(f"ord{n}", one, me)
    plan = running()
    facade.make_due(now=DUE)
    tasks = {one.order_id: one.id for one in facade.open_tasks(me, now=DUE).items}
    for n in (0, 1, 2):
        facade.done(me, tasks[f"ord{n}"], now=DUE)
    facade.skip(me, tasks["ord3"], now=DUE)
    buys("ordX", people[0], me, at=DUE + DAY)
    buys("ordY", people[0], me, at=DUE + 2 * DAY)
    buys("ordZ", people[1], me, at=DUE + 15 * DAY)  # too late
    buys("ordW", people[3], me, at=DUE + DAY)  # was skipped
    now = DUE + 20 * DAY
    assert facade.figures([plan.id], now=DUE)[plan.id] == Figures(5, 1, 3, 1, 0, 3, 1)
    assert facade.figures([plan.id, "fupNONE"], now=now) == {
        plan.id: Figures(made=5, waiting=0, done=3, skipped=1, expired=1, followed=3, again=1),
        "fupNONE": Figures(),
    }


def test_a_customer_is_addressed_by_what_the_hint_tells_and_no_more():
    assert [rules.called(hint) for hint in ("王**", "L**", "**", "")] == ["王先生/女士", "朋友", "朋友", "朋友"]
    assert rules.labelled("广告 好茶", "广告") == "广告 好茶"
    assert rules.why(Trigger.FIRST, "王**", "龙井", T0, T0.date()) == "王** 今天第一次在你这里买了「龙井」"
