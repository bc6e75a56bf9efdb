"""E-01: a course is written, read, examined and certified; the credit follows; a category may ask for it first."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.engagement.academy.hands import (
    CHAPTERS,
    DAY,
    DESK,
    DRAFT,
    HOUR,
    QUESTIONS,
    T0,
    TERMS,
    anna,
    answers,
    course,
    examined,
    reads,
)
from xintui.commerce.catalog import facade as catalog
from xintui.engagement.academy import facade
from xintui.engagement.academy.contracts import (
    CertificateNeeded,
    CertificateNotFound,
    CertificateState,
    CourseNotFound,
    DraftExists,
    EditionFrozen,
    EditionState,
    NoSuchChapter,
    NotAppealable,
    NotYet,
    SittingNotFound,
    SittingOver,
    SittingState,
    UnknownCategory,
)
from xintui.entrypoints.subscriptions import SUBSCRIPTIONS
from xintui.foundation.identity.contracts import SYSTEM
from xintui.foundation.identity.models import AuditEntry
from xintui.infra import clock
from xintui.infra.outbox import facade as outbox
from xintui.kernel.states import NoSuchMove
from xintui.kernel.times import accounting_date
from xintui.promotion.attribution import facade as attribution
from xintui.promotion.attribution.contracts import Channel, Target, TargetKind
from xintui.trust.appeals import facade as appeals
from xintui.trust.credit import facade as credit
from xintui.trust.credit.contracts import Scale

pytestmark = pytest.mark.django_db
TEA = Target(TargetKind.PRODUCT, "prd01TEA", "mch01", "明前龙井", category="tea")


@pytest.fixture(autouse=True)
def still(db):
    clock.set_for_story(T0)
    yield
    clock.set_for_story(None)


def heard(at=T0):
    clock.set_for_story(at)
    outbox.deliver_all(SUBSCRIPTIONS)


def part(who):
    """What the indicator 考试与证书 gives her of its 20 points, and its sentence."""
    found = next(one for one in credit.explain(who.id, Scale.CREDIT).points if one.code == "exam")
    return found.points, found.says


# -- courses ----------------------------------------------------------------------------------------------------------


def test_an_edition_once_published_never_says_anything_else():
    first = course()
    with pytest.raises(EditionFrozen):
        facade.change(first.id, DRAFT, by=DESK, now=T0)
    second = facade.revise(first.id, by=DESK, now=T0)
    assert (second.course_id, second.number, second.state) == (first.course_id, 2, EditionState.DRAFT)
    assert (second.chapters, second.questions, second.terms) == (first.chapters, first.questions, first.terms)
    with pytest.raises(DraftExists):
        facade.revise(first.id, by=DESK, now=T0)
    facade.change(second.id, replace(DRAFT, title="广告明示（第二版）"), by=DESK, now=T0)
    facade.publish(second.id, by=DESK, reason="增加案例", now=T0 + DAY)
    assert [(one.number, one.state) for one in facade.editions().items] == [
        (2, EditionState.PUBLISHED), (1, EditionState.REPLACED),
    ]  # fmt: skip
    assert facade.published(first.course_id).title == "广告明示（第二版）"
    with pytest.raises(NoSuchMove):
        facade.publish(first.id, by=DESK, now=T0)
    said = [one.action for one in AuditEntry.objects.filter(object_id=second.id).order_by("id")]
    assert said == ["academy.write", "academy.change", "academy.publish"]


def test_a_retired_course_is_read_by_nobody_and_its_certificates_hold():
    there, who = course(), anna()
    examined(who, there)
    facade.retire(there.id, by=DESK, reason="规则已变", now=T0)
    with pytest.raises(CourseNotFound):
        facade.read(who.id, there.course_id, there.chapters[0].key, now=T0)
    with pytest.raises(CourseNotFound):
        facade.sit(who.id, there.course_id, now=T0)
    assert facade.cards(who.id, now=T0).items == ()
    assert [one.state for one in facade.certificates_of(who.id).items] == [CertificateState.VALID]


def test_a_chapter_that_the_next_edition_leaves_as_it_was_stays_read():
    there, who = course(), anna()
    reads(who, there)
    reads(who, there)
    (card,) = facade.cards(who.id, now=T0).items
    assert (card.chapters, card.read, card.questions, card.certificate) == (2, 2, 3, None)
    changed = replace(DRAFT, chapters=CHAPTERS.replace("真实的使用感受", "自己真实的使用感受"))
    made = facade.write(changed, course_id=there.course_id, by=DESK, now=T0)
    facade.publish(made.id, by=DESK, now=T0)
    (card,) = facade.cards(who.id, now=T0).items
    assert (card.chapters, card.read) == (2, 1)
    with pytest.raises(NotYet) as refused:
        facade.sit(who.id, there.course_id, now=T0)
    assert refused.value.why == "chapters"
    with pytest.raises(NoSuchChapter):
        facade.read(who.id, there.course_id, there.chapters[1].key, now=T0)


def test_many_courses_cost_no_more_statements_than_one():
    who = anna()
    there = course()
    examined(who, there)
    with CaptureQueriesContext(connection) as one:
        facade.cards(who.id, now=T0)
    for n in range(6):
        course(replace(DRAFT, title=f"课程 {n}", chapters=CHAPTERS + f"\n第 {n} 课"))
    with CaptureQueriesContext(connection) as many:
        assert len(facade.cards(who.id, now=T0, limit=10).items) == 7
    assert len(many) == len(one) == 4


# -- exams ------------------------------------------------------------------------------------------------------------


def test_nothing_that_is_right_leaves_before_it_is_over_and_everything_is_explained_after():
    there, who = course(), anna()
    reads(who, there)
    paper = facade.sit(who.id, there.course_id, now=T0)
    assert all((one.right, one.why, one.source) == ((), "", "") for one in paper.questions)
    assert (paper.sitting.right, paper.sitting.needs, paper.sitting.asked) == (0, 2, 3)
    answers(who, paper, there, right=2, at=T0)
    kept = facade.paper(paper.sitting.id, who.id)
    assert [one.key for one in kept.questions] == [one.key for one in paper.questions]
    assert all(one.chosen and not one.right for one in kept.questions) and kept.sitting.right == 0
    done = facade.submit(who.id, paper.sitting.id, now=T0 + 5 * timedelta(minutes=1))
    assert (done.sitting.state, done.sitting.right) == (SittingState.PASSED, 2)
    assert all(one.right and one.why and one.source for one in done.questions)
    assert sum(one.chosen == one.right for one in done.questions) == 2
    assert facade.submit(who.id, paper.sitting.id, now=T0 + HOUR) == done, "handing in twice grades once"
    with pytest.raises(SittingOver):
        facade.answer(who.id, paper.sitting.id, done.questions[0].key, [0], now=T0 + HOUR)
    assert len(facade.certificates_of(who.id).items) == 1


def test_another_ones_paper_is_not_there():
    there, who, other = course(), anna(1), anna(2)
    reads(who, there)
    paper = facade.sit(who.id, there.course_id, now=T0)
    for act in (
        lambda: facade.paper(paper.sitting.id, other.id),
        lambda: facade.answer(other.id, paper.sitting.id, paper.questions[0].key, [0], now=T0),
        lambda: facade.submit(other.id, paper.sitting.id, now=T0),
        lambda: facade.appeal(other.id, paper.sitting.id, "第一题有误", by=SYSTEM, now=T0),
    ):
        with pytest.raises(SittingNotFound):
            act()


def test_the_houses_clock_ends_it_and_what_was_kept_is_graded():
    there, who = course(), anna()
    reads(who, there)
    paper = facade.sit(who.id, there.course_id, now=T0)
    answers(who, paper, there, right=2, at=T0 + 9 * timedelta(minutes=1))
    late = T0 + 10 * timedelta(minutes=1)
    with pytest.raises(SittingOver):
        facade.answer(who.id, paper.sitting.id, paper.questions[0].key, [0], now=late)
    assert facade.end_due(now=late - timedelta(seconds=1)) == 0
    assert facade.end_due(now=T0 + 3 * HOUR) == 1
    over = facade.paper(paper.sitting.id, who.id).sitting
    assert (over.state, over.right, over.ended_at) == (SittingState.PASSED, 2, late)
    (held,) = facade.certificates_of(who.id).items
    assert held.issued_at == late


def test_after_a_failure_one_waits_and_a_day_allows_three():
    there, who = course(), anna()
    over = examined(who, there, right=1)
    assert (over.sitting.state, over.sitting.right) == (SittingState.FAILED, 1)
    ended = over.sitting.ended_at
    assert ended is not None
    with pytest.raises(NotYet) as soon:
        facade.sit(who.id, there.course_id, now=ended + HOUR)
    assert (soon.value.why, soon.value.at) == ("wait", ended + 2 * HOUR)
    for n in (1, 2):
        examined(who, there, right=0, at=T0 + n * 3 * HOUR)
    with pytest.raises(NotYet) as full:
        facade.sit(who.id, there.course_id, now=T0 + 9 * HOUR)
    assert full.value.why == "day"
    assert examined(who, there, at=T0 + DAY).sitting.state is SittingState.PASSED
    assert [one.state for one in facade.sittings_of(who.id).items] == [SittingState.PASSED, *[SittingState.FAILED] * 3]


def test_an_appeal_won_is_a_pass_and_only_a_failure_can_be_appealed():
    there, who, other = course(), anna(1), anna(2)
    good = examined(other, there)
    with pytest.raises(NotAppealable):
        facade.appeal(other.id, good.sitting.id, "想再看看", by=SYSTEM, now=T0)
    bad = examined(who, there, right=1)
    filed = facade.appeal(who.id, bad.sitting.id, "多选题第二项有歧义", by=SYSTEM, now=T0)
    assert (filed.title, filed.open) == ("《广告明示》考试：3 题答对 1 题，未通过", True)
    appeals.decide(filed.id, True, "题目确有歧义", by=DESK, now=T0 + HOUR)
    heard(T0 + HOUR)
    again = facade.paper(bad.sitting.id, who.id).sitting
    assert (again.state, again.regraded, again.right) == (SittingState.PASSED, True, 1)
    (held,) = facade.certificates_of(who.id).items
    assert (held.issued_at, held.state) == (T0 + HOUR, CertificateState.VALID)
    assert part(who)[0] == part(other)[0] == 15


def test_an_appeal_that_is_refused_changes_nothing():
    there, who = course(), anna()
    bad = examined(who, there, right=0)
    filed = facade.appeal(who.id, bad.sitting.id, "我觉得都对", by=SYSTEM, now=T0)
    appeals.decide(filed.id, False, "核对无误", by=DESK, now=T0 + HOUR)
    heard(T0 + HOUR)
    assert facade.paper(bad.sitting.id, who.id).sitting.state is SittingState.FAILED
    assert facade.certificates_of(who.id).items == ()


# -- certificates -----------------------------------------------------------------------------------------------------


def test_a_certificate_raises_the_credit_and_its_end_takes_that_away():
    there, who = course(), anna()
    heard()
    before = part(who)
    assert before == (10, "学院证书计 50%：一张有效证书计 75%，两张以上计 100%，没有按 50% 计")
    examined(who, there)
    heard()
    assert part(who)[0] == 15
    second = course(replace(DRAFT, title="佣金怎么算", chapters=CHAPTERS + "\n另一门"))
    examined(who, second)
    heard()
    assert part(who)[0] == 20
    first = next(one for one in facade.certificates_of(who.id).items if one.course_id == there.course_id)
    facade.withdraw(first.id, reason="代考", by=DESK, now=T0 + HOUR)
    heard(T0 + HOUR)
    assert part(who)[0] == 15
    over = T0 + 366 * DAY
    assert facade.expire_due(now=over) == 1
    heard(over)
    assert part(who)[0] == 10
    with pytest.raises(NoSuchMove):
        facade.withdraw(first.id, reason="再来一次", by=DESK, now=over)
    assert credit.audit()[1] == []


def test_a_number_tells_a_stranger_whether_it_holds_and_whose_it_is_in_a_hint():
    there, who = course(), anna()
    examined(who, there)
    (held,) = facade.certificates_of(who.id).items
    assert len(held.number) == 20 and held.number.startswith("XT202611")
    found = facade.verified(held.number, now=T0)
    assert (found.title, found.state, found.expires_on - found.issued_on) == (
        "广告明示", CertificateState.VALID, timedelta(days=365),
    )  # fmt: skip
    assert found.name in {"**", "张**"} and who.user_id not in repr(found)
    assert facade.verified(held.number, now=held.expires_at).state is CertificateState.EXPIRED
    with pytest.raises(CertificateNotFound):
        facade.verified("XT202611000000000000", now=T0)


def test_it_is_renewed_in_its_last_thirty_days_and_the_old_one_is_replaced():
    there, who = course(), anna()
    examined(who, there)
    (first,) = facade.certificates_of(who.id).items
    with pytest.raises(NotYet) as early:
        facade.sit(who.id, there.course_id, now=T0 + 300 * DAY)
    assert (early.value.why, early.value.at) == ("certified", first.expires_at - 30 * DAY)
    examined(who, there, at=T0 + 340 * DAY)
    new, old = facade.certificates_of(who.id).items
    assert (new.state, old.state, old.reason) == (CertificateState.VALID, CertificateState.REPLACED, "已换新证")
    assert new.number != old.number


# -- what a category asks ---------------------------------------------------------------------------------------------


def share(who, target=TEA, at=T0):
    return attribution.create_link(who.id, target, Channel.MOMENTS, now=at)


def test_a_category_asks_for_a_certificate_from_a_day_on_and_names_the_course():
    catalog.set_category("tea", "茶叶")
    there, who, other = course(), anna(1), anna(2)
    old = share(who)
    asked = facade.require("tea", there.course_id, since=accounting_date(T0 + DAY), reason="食品广告", by=DESK, now=T0)
    assert [asked] == list(facade.requirements())
    assert share(who).id == old.id, "not before its day"
    tomorrow = T0 + DAY
    with pytest.raises(CertificateNeeded) as refused:
        share(who, at=tomorrow)
    assert str(refused.value) == "推广「茶叶」类商品前，需先在推客学院通过《广告明示》的考试"
    assert refused.value.facts["course_id"] == there.course_id
    assert share(who, Target(TargetKind.HOME, ""), tomorrow).code, "what is no goods asks for nothing"
    assert share(who, replace(TEA, id="prd01CUP", category="home"), tomorrow).code
    examined(who, there, at=tomorrow)
    assert share(who, at=tomorrow + HOUR).code
    with pytest.raises(CertificateNeeded):
        share(other, at=tomorrow)
    with pytest.raises(CertificateNeeded):
        share(who, at=tomorrow + 370 * DAY)
    facade.lift("tea", reason="改为只提醒", by=DESK)
    assert share(other, at=tomorrow).code
    with pytest.raises(UnknownCategory):
        facade.lift("tea", reason="又一次", by=DESK)


def test_a_course_that_nobody_can_pass_any_more_keeps_nobody_away():
    catalog.set_category("tea", "茶叶")
    there, who = course(), anna()
    facade.require("tea", there.course_id, since=accounting_date(T0), reason="食品广告", by=DESK, now=T0)
    facade.retire(there.id, by=DESK, reason="规则已变", now=T0)
    assert share(who).code
    with pytest.raises(CourseNotFound):
        facade.require("tea", there.course_id, since=accounting_date(T0), reason="又一次", by=DESK, now=T0)
    with pytest.raises(UnknownCategory):
        facade.require("moon", course().course_id, since=accounting_date(T0), reason="没有", by=DESK, now=T0)


def test_links_for_a_hundred_goods_ask_as_often_as_for_one():
    catalog.set_category("tea", "茶叶")
    there, who = course(), anna()
    facade.require("tea", there.course_id, since=accounting_date(T0), reason="食品广告", by=DESK, now=T0)
    examined(who, there)
    goods = [replace(TEA, id=f"prd{n}") for n in range(20)]
    links = [attribution.create_links([attribution_new(who, one)]) for one in goods[:1]]
    assert not isinstance(links[0][0], Exception)
    with CaptureQueriesContext(connection) as seen:
        facade.require_certified([attribution_new(who, one) for one in goods])
    assert len(seen) == 3


def attribution_new(who, target):
    from xintui.promotion.attribution.contracts import NewLink

    return NewLink(who.id, target, Channel.MOMENTS, T0 + HOUR)


def test_whoever_leaves_takes_everything_along():
    there, who = course(), anna()
    examined(who, there)
    facade.forget(who.user_id, now=T0)
    assert facade.certificates_of(who.id).items == facade.sittings_of(who.id).items == ()
    assert facade.cards(who.id, now=T0).items[0].read == 0
    facade.forget("usr01NOBODY", now=T0)


def test_what_was_typed_wrongly_is_not_kept():
    from xintui.engagement.academy.contracts import BadCourse

    with pytest.raises(BadCourse):
        facade.write(replace(DRAFT, questions=QUESTIONS.replace("解析：", "解释：")), by=DESK, now=T0)
    with pytest.raises(CourseNotFound):
        facade.write(DRAFT, course_id="acr01NONE", by=DESK, now=T0)
    assert facade.editions().items == ()
    assert TERMS.draw == 3
