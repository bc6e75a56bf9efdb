"""登记违规 at the console, and what the house notices by itself: both only write down, another person finds it true."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.commerce.world import shop
from tests.promotion.commission.test_console import sitting
from tests.promotion.people import promoter
from tests.promotion.test_consoles import press
from tests.trust.graph.markets import market, ringed
from xintui.entrypoints import violation_detectors
from xintui.entrypoints.subscriptions import SUBSCRIPTIONS
from xintui.foundation.identity.contracts import SYSTEM, Role
from xintui.infra import clock, tenancy
from xintui.infra.outbox import facade as outbox
from xintui.trust.credit import facade as credit
from xintui.trust.credit.contracts import Signal
from xintui.trust.credit.contracts import Subject as Scored
from xintui.trust.credit.contracts import SubjectKind as ScoredKind
from xintui.trust.graph import facade as graph
from xintui.trust.graph.contracts import Verb
from xintui.trust.violations import facade
from xintui.trust.violations.contracts import Noticed, State, Subject, SubjectKind

pytestmark = pytest.mark.django_db
T0 = datetime(2026, 11, 29, 2, 0, tzinfo=UTC)
PAGE = "/ops/violations/report/"
SAID = {"code": "exaggeration", "evidence": "朋友圈原文：全网第一，截图 A-17", "ref": "lnk01"}


@pytest.fixture(autouse=True)
def still(settings: Any):
    settings.TOTP_REQUIRED = False
    clock.set_for_story(T0)
    yield
    clock.set_for_story(None)


def post(client, **given):
    with tenancy.as_nobody():
        answer = client.post(PAGE, SAID | given, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_promoter_is_found_by_number_reported_and_confirmed_by_a_colleague_only():
    who = promoter(1)
    outbox.deliver_all(SUBSCRIPTIONS)
    boss, second = (sitting("ops", login, Role.OPERATOR) for login in ("boss", "second"))
    assert "已登记，由另一位同事核实" in post(boss, who=who.id)
    (case,) = facade.cases().items
    assert (case.subject, case.code, case.state, case.ref) == (
        Subject(SubjectKind.PROMOTER, who.id), "exaggeration", State.REPORTED, "lnk01",
    )  # fmt: skip
    url = f"/ops/violations/case/{case.id}/confirm/"
    press(boss, url, reason="我自己看过了")
    assert facade.one(case.id).state is State.REPORTED
    press(second, url, reason="原文核对无误")
    assert facade.one(case.id).state is State.CONFIRMED


def test_of_several_one_is_chosen_and_nobody_is_said():
    tea, cups = shop("云雾茶行"), shop("云雾茶具")
    boss = sitting("ops", "boss", Role.OPERATOR)
    page = post(boss, who="云雾")
    assert "有几位相符，请选一位" in page and "云雾茶行" in page and "云雾茶具" in page
    assert facade.cases().items == ()
    post(boss, who="云雾", subject=f"merchant/{cups.id}")
    assert [one.subject.id for one in facade.cases().items] == [cups.id]
    assert "没有找到推客或商家 云上仙" in post(boss, who="云上仙") and tea.id != cups.id


def test_a_class_that_is_not_the_subjects_is_said_on_the_form():
    who = promoter(1)
    page = post(sitting("ops", "boss", Role.OPERATOR), who=who.id, code="counterfeit")
    assert "它不适用于该主体" in page and facade.cases().items == ()


def test_who_may_not_report_has_no_page():
    auditor = sitting("ops", "audit", Role.AUDITOR)
    with tenancy.as_nobody():
        assert auditor.get(PAGE).status_code == 403


def bought(who, own: int, others: int) -> None:
    told = [
        Signal(who.id, f"genuine/{n}", "genuine", T0.date(), T0 - timedelta(days=3), int(n >= own), 1)
        for n in range(own + others)
    ]
    credit.observe(told, [Scored(who.id, ScoredKind.PROMOTER, T0.date())], now=T0)


@pytest.mark.parametrize(("own", "others", "noticed"), [(10, 10, 1), (9, 0, 0), (10, 11, 0), (30, 2, 1)])
def test_many_own_purchases_are_noticed_once_a_quarter(own: int, others: int, noticed: int):
    who = promoter(1)
    bought(who, own, others)
    assert violation_detectors.detect(T0) == noticed
    assert violation_detectors.detect(T0 + timedelta(hours=1)) == 0, "the same is not written down twice"
    found = facade.cases().items
    assert [one.evidence for one in found] == [
        f"系统线索：近 90 天经其链接成交 {own + others} 笔，其中自购 {own} 笔（{own * 100 // (own + others)}%）。"
        "请核对是否以自购刷高成交。"
    ] * noticed  # fmt: skip
    assert all(one.state is State.REPORTED and facade.of(one.subject).items == () for one in found)
    assert violation_detectors.detect(T0 + timedelta(days=60)) == noticed, "next quarter it is asked again"


def test_what_was_dismissed_is_not_written_down_again():
    one = Noticed("ring/1/x", Subject(SubjectKind.PROMOTER, promoter(1).id), "fake_orders", "团伙线索", "grg1")
    assert facade.notice([one, one], now=T0) == 1
    facade.dismiss(facade.cases().items[0].id, "看过了", by=SYSTEM, now=T0)
    assert facade.notice([one], now=T0) == 0


def test_a_ring_that_a_person_found_true_opens_a_case_for_each_promoter_and_shop_in_it():
    graph.refresh(market(ringed()[0]), now=T0)
    ring_id = graph.rings().items[0].id
    assert violation_detectors.detect(T0) == 0, "a ring is a question until a person answers it"
    graph.decide(ring_id, Verb.CONFIRM, "地址与收款人相同", by=SYSTEM, now=T0)
    members = [one for one in graph.picture(ring_id).members if one.kind.value in {"promoter", "merchant"}]
    assert violation_detectors.detect(T0) == len(members) > 0
    assert {(one.subject.id, one.code, one.ref) for one in facade.cases(limit=50).items} == {
        (one.id, "fake_orders", ring_id) for one in members
    }
