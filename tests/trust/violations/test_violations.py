"""T-11: twelve classes; a person confirms; the table says what follows; it lifts itself, or an appeal undoes it."""

from datetime import UTC, date, datetime, timedelta

import pytest

from tests.commerce.world import shop
from tests.promotion.people import promoter
from xintui.commerce.merchants import facade as merchants
from xintui.engagement.notifications import facade as notifications
from xintui.entrypoints.subscriptions import SUBSCRIPTIONS
from xintui.foundation.identity.contracts import SYSTEM, Principal, Role
from xintui.infra import clock
from xintui.infra.outbox import facade as outbox
from xintui.kernel.states import NoSuchMove
from xintui.promotion.attribution import facade as attribution
from xintui.promotion.attribution.contracts import Channel, Target, TargetKind
from xintui.promotion.promoters import facade as promoters
from xintui.promotion.promoters.contracts import NotAPromoter
from xintui.trust.appeals import facade as appeals
from xintui.trust.credit import facade as credit
from xintui.trust.credit.contracts import Scale
from xintui.trust.violations import facade, rules, tables
from xintui.trust.violations.contracts import (
    CaseNotFound,
    Limited,
    NotAppealable,
    NothingToRectify,
    OwnReport,
    Penalty,
    State,
    Subject,
    SubjectKind,
    UnknownClass,
)

pytestmark = pytest.mark.django_db
T0 = datetime(2026, 11, 29, 2, 0, tzinfo=UTC)
DAY = timedelta(days=1)
BERT = Principal("usr01BERT", frozenset({Role.REVIEWER}), None, "", 0)
GIVEN = tables.catalogue(date(2026, 11, 29))


@pytest.fixture(autouse=True)
def still(db):
    clock.set_for_story(T0)
    yield
    clock.set_for_story(None)


def her(n=1):
    who = promoter(n)
    outbox.deliver_all(SUBSCRIPTIONS)
    return who, Subject(SubjectKind.PROMOTER, who.id)


def found(subject, code, at=T0):
    made = facade.report(subject, code, "截图存档 A-17", by=SYSTEM, now=at)
    done = facade.confirm(made.id, "两人核对原文", by=BERT, now=at)
    outbox.deliver_all(SUBSCRIPTIONS)
    return done


def link(who, at=T0):
    return attribution.create_link(who.id, Target(TargetKind.HOME, ""), Channel.MOMENTS, now=at)


def score(who):
    return credit.score(who.id, Scale.CREDIT).score


def test_there_are_twelve_classes_each_with_its_source_and_a_table_that_never_softens():
    assert len(GIVEN.classes) == 12
    rank = [Penalty.RECTIFY, Penalty.LINKS, Penalty.EXPEL]
    for one in GIVEN.classes.values():
        assert one.source and one.evidence and one.detector and one.points > 0 and one.of
        steps = [(rank.index(step.penalty), step.days or 10**6) for step in one.steps]
        assert steps == sorted(steps), one.code
        assert all((step.days > 0) == (step.penalty is not Penalty.EXPEL) for step in one.steps)


def test_a_report_alone_changes_nothing_and_is_told_to_nobody():
    anna, subject = her()
    before = score(anna)
    made = facade.report(subject, "exaggeration", "据称夸大", by=SYSTEM, now=T0)
    outbox.deliver_all(SUBSCRIPTIONS)
    assert (made.state, made.penalty, made.points) == (State.REPORTED, None, 0)
    assert facade.of(subject).items == () and score(anna) == before
    assert link(anna)
    gone = facade.dismiss(made.id, "原文没有夸大", by=SYSTEM, now=T0)
    assert gone.state is State.DISMISSED and facade.of(subject).items == ()
    with pytest.raises(NoSuchMove):
        facade.confirm(made.id, "再看一次", by=BERT, now=T0)


def test_who_wrote_it_down_does_not_find_it_true():
    _, subject = her()
    made = facade.report(subject, "exaggeration", "据称夸大", by=BERT, now=T0)
    with pytest.raises(OwnReport) as no:
        facade.confirm(made.id, "我看过了", by=BERT, now=T0)
    assert no.value.code == "violations.own_report" and facade.one(made.id).state is State.REPORTED
    assert facade.confirm(made.id, "另一位看过了", by=SYSTEM, now=T0).state is State.CONFIRMED


def test_a_class_that_is_not_the_subjects_is_refused():
    _, subject = her()
    with pytest.raises(UnknownClass):
        facade.report(subject, "counterfeit", "推客不会售假", by=SYSTEM, now=T0)
    with pytest.raises(UnknownClass):
        facade.report(subject, "bad_luck", "没有这一类", by=SYSTEM, now=T0)


def test_exaggeration_is_put_right_in_its_time_and_lifts_itself():
    anna, subject = her()
    before = score(anna)
    case = found(subject, "exaggeration")
    assert (case.penalty, case.until, case.points) == (Penalty.RECTIFY, T0 + 3 * DAY, 6)
    assert before - score(anna) == 36, "6 points of violations are 30 % of 120"
    assert link(anna), "within its time nothing is limited"
    done = facade.rectify(case.id, subject, "已删除该文案", by=SYSTEM, now=T0 + DAY)
    assert (done.state, done.rectified, done.ended_at) == (State.LIFTED, "已删除该文案", T0 + DAY)
    with pytest.raises(NothingToRectify):
        facade.rectify(case.id, subject, "再来", by=SYSTEM, now=T0 + DAY)


def test_who_does_not_put_it_right_in_time_makes_no_links_until_it_is():
    anna, subject = her()
    case = found(subject, "exaggeration")
    late = T0 + 3 * DAY
    with pytest.raises(Limited) as caught:
        link(anna, late)
    assert caught.value.facts == {"title": "夸大或绝对化宣传", "case_id": case.id, "until": late}
    assert facade.lift_due(now=late) == 0
    facade.rectify(case.id, subject, "已删除该文案", by=SYSTEM, now=late)
    assert link(anna, late)


def test_the_second_and_third_time_cost_more_and_a_limit_lifts_itself():
    anna, subject = her()
    first = found(subject, "undisclosed")
    facade.rectify(first.id, subject, "已补上标识", by=SYSTEM, now=T0)
    second = found(subject, "undisclosed", T0 + DAY)
    assert (second.times, second.penalty, second.until) == (1, Penalty.LINKS, T0 + 8 * DAY)
    with pytest.raises(Limited):
        link(anna, T0 + 8 * DAY - timedelta(seconds=1))
    assert link(anna, T0 + 8 * DAY)
    assert facade.lift_due(now=T0 + 8 * DAY) == 1
    assert facade.one(second.id).state is State.LIFTED
    assert found(subject, "undisclosed", T0 + 9 * DAY).until == T0 + 39 * DAY
    credit.rescore_due(now=T0 + 9 * DAY)
    (point,) = [one for one in credit.explain(anna.id, Scale.CREDIT).points if one.code == "disclosure"]
    assert (point.total, point.points) == (3, 13), "three times at 25 % each, two of them a week old"


def test_expelled_is_out_and_an_appeal_won_brings_everything_back():
    anna, subject = her()
    before = credit.explain(anna.id, Scale.CREDIT)
    case = found(subject, "pyramid")
    assert (case.penalty, case.until) == (Penalty.EXPEL, None)
    assert not promoters.one(anna.id).is_active
    with pytest.raises(NotAPromoter):
        link(anna)
    filed = facade.appeal(case.id, subject, "转述的是平台公告", by=SYSTEM, now=T0)
    appeals.decide(filed.id, True, "核对原文，没有按人数计酬", by=SYSTEM, now=T0)
    outbox.deliver_all(SUBSCRIPTIONS)
    assert facade.one(case.id).state is State.REVOKED
    assert promoters.one(anna.id).is_active and link(anna)
    assert credit.explain(anna.id, Scale.CREDIT) == before
    said = [(one.title, one.words) for one in notifications.mine(anna.user_id).items]
    assert ("违规处理：拉人头或入门费", "两人核对原文。处理：清退。可以整改或申诉。") in said
    assert ("违规处理结束：拉人头或入门费", "申诉成立，已撤销。") in said


def test_an_undone_case_does_not_count_as_a_time():
    _, subject = her()
    case = found(subject, "harassment")
    filed = facade.appeal(case.id, subject, "群主同意转发", by=SYSTEM, now=T0)
    appeals.decide(filed.id, True, "核实同意记录", by=SYSTEM, now=T0)
    outbox.deliver_all(SUBSCRIPTIONS)
    assert found(subject, "harassment", T0 + DAY).times == 0


def test_nobody_appeals_anothers_or_what_is_not_confirmed():
    _, subject = her(1)
    _, other = her(2)
    made = facade.report(subject, "harassment", "据称群发", by=SYSTEM, now=T0)
    with pytest.raises(NotAppealable):
        facade.appeal(made.id, subject, "没有这回事", by=SYSTEM, now=T0)
    with pytest.raises(CaseNotFound):
        facade.appeal(made.id, other, "不是我的", by=SYSTEM, now=T0)


def test_a_shop_that_sells_counterfeits_closes_and_its_own_words_open_it_again():
    house = shop("云雾茶行")
    outbox.deliver_all(SUBSCRIPTIONS)
    subject = Subject(SubjectKind.MERCHANT, house.id)
    case = found(subject, "counterfeit")
    assert merchants.get_many([house.id])[house.id].state == "suspended"
    assert [one.title for one in notifications.of_shop(house.id).items] == ["违规处理：售假"]
    filed = facade.appeal(case.id, subject, "附权利人授权书", by=SYSTEM, now=T0)
    appeals.decide(filed.id, True, "授权书真实", by=SYSTEM, now=T0)
    outbox.deliver_all(SUBSCRIPTIONS)
    assert merchants.get_many([house.id])[house.id].state == "active"


@pytest.mark.parametrize(
    ("penalty", "until", "rectified", "now", "limited", "over"),
    [
        (Penalty.LINKS, T0, False, T0 - DAY, True, False),
        (Penalty.LINKS, T0, False, T0, False, True),
        (Penalty.RECTIFY, T0, False, T0 - DAY, False, False),
        (Penalty.RECTIFY, T0, False, T0, True, False),
        (Penalty.RECTIFY, T0, True, T0 + DAY, False, True),
        (Penalty.EXPEL, None, False, T0 + 999 * DAY, False, False),
    ],
)
def test_when_a_case_limits_and_when_it_is_over(penalty, until, rectified, now, limited, over):
    assert (rules.limits(penalty, until, rectified, now), rules.over(penalty, until, rectified, now)) == (limited, over)


def test_an_appeal_won_does_not_let_back_whom_something_else_keeps_out():
    anna, subject = her()
    promoters.suspend(anna.id, reason="own_request", actor="operator", now=T0)
    case = found(subject, "pyramid")
    filed = facade.appeal(case.id, subject, "转述的是平台公告", by=SYSTEM, now=T0)
    appeals.decide(filed.id, True, "核对原文", by=SYSTEM, now=T0)
    outbox.deliver_all(SUBSCRIPTIONS)
    assert not promoters.one(anna.id).is_active


def test_a_report_by_api_is_about_somebody_who_exists(client):
    from tests.promotion.commission.test_console import PASSWORD
    from xintui.foundation.identity import facade as identity

    identity.create_user(display_name="运营", login="boss", password=PASSWORD, roles=[(Role.OPERATOR, "")], now=T0)
    signed = client.post("/api/v1/auth/login", {"login": "boss", "password": PASSWORD}, content_type="application/json")
    token = signed.json()["access_token"]
    for kind, nobody in (("promoter", "pro01NOBODY"), ("merchant", "mch01NOBODY"), ("merchant", promoter(1).id)):
        body = {"subject_kind": kind, "subject_id": nobody, "code": "exaggeration", "evidence": "截图存档 A-17"}
        answer = client.post(
            "/api/v1/violations", body, content_type="application/json", headers={"authorization": f"Bearer {token}"}
        )
        assert (answer.status_code, answer.json()["code"]) == (404, "violations.subject_not_found"), nobody
    assert facade.cases().items == ()
