"""跟进方案 at the console: written in a form, judged, previewed, started by a button, read as numbers that explain."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from tests.engagement.followups.people import DAY, OPERATOR, SEVEN, T0, WORDS, buys, customer, mei, running
from tests.promotion.commission.test_console import sitting
from xintui.engagement.followups import facade
from xintui.engagement.followups.contracts import PlanState
from xintui.foundation.identity.contracts import Role
from xintui.infra import clock, tenancy

pytestmark = pytest.mark.django_db
NOW = T0 + 10 * DAY
FORM = {
    "name": "收货回访", "trigger": "after_receipt", "days": "7", "words": WORDS, "material_id": "",
    "priority": "normal", "valid_days": "3", "verb": "keep",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _still(settings: Any) -> Iterator[None]:
    settings.TOTP_REQUIRED = False
    clock.set_for_story(NOW)
    yield
    clock.set_for_story(None)


def ask(client: Client, path: str, sent: dict[str, str] | None = None) -> str:
    with tenancy.as_nobody():
        answer = client.get(path, follow=True) if sent is None else client.post(path, sent, follow=True)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_a_plan_is_written_in_a_form_and_its_page_counts_what_it_would_make() -> None:
    me = mei()
    buys("ordA", customer(1), me, at=NOW - 7 * DAY)
    desk = sitting("ops", "suming", Role.OPERATOR)
    told = ask(desk, "/ops/followups/new/", FORM | {"verb": "look"})
    assert "广告·推广赚佣金 王先生/女士您好，上次的明前龙井喝得还习惯吗" in told
    assert facade.plans().items == ()
    told = ask(desk, "/ops/followups/new/", FORM | {"trigger": "first_purchase"})
    (made,) = facade.plans().items
    assert (made.name, made.state) == ("收货回访", PlanState.DRAFT)
    assert "今天启动会产生 <b>1</b> 条任务" in told and "跟进方案：新建" in told


def test_words_that_promise_something_are_refused_on_the_form_and_not_shown_as_if_they_could_be_sent() -> None:
    desk = sitting("ops", "suming", Role.OPERATOR)
    for verb in ("look", "keep"):
        told = ask(desk, "/ops/followups/new/", FORM | {"words": "{称呼}您好，转发到群就领红包", "verb": verb})
        assert "以利益诱导分享" in told and "姓王的客户会看到" not in told
    assert facade.plans().items == ()


def test_a_plan_that_has_run_is_not_edited_and_shows_numbers_with_what_they_do_not_say() -> None:
    me = mei()
    buys("ordA", customer(1), me)
    plan = running()
    facade.make_due(now=T0 + 7 * DAY)
    (task,) = facade.open_tasks(me, now=T0 + 7 * DAY).items
    facade.done(me, task.id, now=T0 + 7 * DAY)
    buys("ordB", "usr1", me, at=T0 + 8 * DAY)
    desk = sitting("ops", "suming", Role.OPERATOR)
    assert "启动过的方案不能修改，请复制一份再改" in ask(desk, f"/ops/followups/edit/{plan.id}/")
    told = ask(desk, f"/ops/followups/plan/{plan.id}/change/")
    assert "产生 1 条 = 待跟进 0 + 已跟进 1 + 已跳过 0 + 过期 0" in told
    assert "已跟进的 1 位客户里，有 1 位在跟进后 14 天内又从同一位推客买过" in told
    assert "没有对照，只是先后" in told and "草稿 → 运行中" in told.replace("\n", "")
    listed = ask(desk, "/ops/followups/plan/")
    assert "首次购买后 7 天" in listed and "1 / 1 人" in listed
    csv = ask(desk, "/ops/followups/plan/", {"action": "export_csv", "_selected_action": plan.id, "index": "0"})
    assert csv.splitlines()[1].startswith("收货七天回访,运行中,首次购买后 7 天,一般,1,0,1,0,0,1 / 1 人,")


def test_an_auditor_looks_and_writes_nothing() -> None:
    facade.create(SEVEN, by=OPERATOR, now=T0)
    desk = sitting("ops", "shenji", Role.AUDITOR)
    assert "收货七天回访" in ask(desk, "/ops/followups/plan/")
    with tenancy.as_nobody():
        assert desk.get("/ops/followups/new/").status_code == 403
