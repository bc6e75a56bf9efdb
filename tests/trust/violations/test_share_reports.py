"""Enough different buyers saying the same makes a case for a person; fewer, strangers and repetition make none."""

from datetime import UTC, datetime, timedelta

import pytest

from xintui.foundation.identity.contracts import SYSTEM, Principal, Role
from xintui.trust.violations import facade, models
from xintui.trust.violations.contracts import (
    AlreadyReported,
    ShareReportClosed,
    ShareReportCount,
    ShareReportNotFound,
    ShareReportState,
    State,
    Subject,
    SubjectKind,
    UnknownShareReason,
)

pytestmark = pytest.mark.django_db
T0 = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
DAY = timedelta(days=1)
HERS = "pro01ANNA"
JUDGE = Principal("usr01JUDGE", frozenset({Role.REVIEWER}), None, "审核", 1)
OTHER = Principal("usr02JUDGE", frozenset({Role.REVIEWER}), None, "审核二", 1)


def say(
    n: int, reason: str = "flooding", *, bought: bool = True, at: datetime = T0, link: str = "lnk1", words: str = ""
):
    return facade.hear(HERS, link, reason, words, reporter=f"usr{n}", bought=bought, now=at)


def cases():
    return facade.cases().items


def test_three_different_buyers_make_one_case_with_numbers_and_without_names() -> None:
    assert [say(n).state for n in (1, 2)] == [ShareReportState.OPEN] * 2
    say(9, "pestering", bought=False, words="每天发三次")
    assert cases() == ()
    last = say(3, "pestering")
    (case,) = cases()
    assert (last.state, last.case_id) == (ShareReportState.TAKEN_UP, case.id)
    assert (case.code, case.state, case.subject) == (
        "harassment", State.REPORTED, Subject(SubjectKind.PROMOTER, HERS),
    )  # fmt: skip
    assert case.evidence == (
        "近 30 天 3 位买过东西的收件人举报其分享（反复私信骚扰 2 次、群发刷屏 2 次），另有 1 位访客举报。"
        "举报人对当事人保密，请向双方了解后核实。"
    )
    assert facade.share_reports(state="open").items == ()
    done = facade.confirm(case.id, "看了聊天记录，属实", by=JUDGE, now=T0)
    assert done.state is State.CONFIRMED


@pytest.mark.parametrize(
    "said",
    [
        pytest.param([(n, "flooding", False, T0) for n in range(9)], id="nobody who bought anything"),
        pytest.param([(n, "flooding", True, T0 + n * 20 * DAY) for n in range(4)], id="too far apart"),
        pytest.param([(1, "flooding", True, T0), (2, "induced", True, T0), (3, "unlabelled", True, T0)],
                     id="three different things"),
    ],
)  # fmt: skip
def test_what_makes_no_case(said) -> None:
    for n, reason, bought, at in said:
        say(n, reason, bought=bought, at=at)
    assert cases() == ()


def test_one_person_counts_once_whatever_is_reported_and_only_once_for_a_link() -> None:
    say(1)
    with pytest.raises(AlreadyReported):
        say(1, "induced")
    for link in ("lnk2", "lnk3", "lnk4"):
        say(1, link=link)
    assert cases() == ()


def test_what_was_used_up_does_not_count_again_and_the_next_three_are_another_case() -> None:
    for n in range(5):
        say(n)
    assert len(cases()) == 1
    say(5)
    assert len(cases()) == 2


def test_what_a_person_set_aside_is_weighed_no_more() -> None:
    first = say(1)
    facade.set_aside(first.id, "同行恶意举报", by=JUDGE)
    for n in (2, 3):
        say(n)
    assert cases() == ()
    with pytest.raises(ShareReportClosed):
        facade.take_up(first.id, "再看看这条", by=JUDGE, now=T0)
    with pytest.raises(ShareReportNotFound):
        facade.set_aside("shr0", "没有这条", by=JUDGE)


def test_one_report_is_taken_up_by_one_person_and_verified_by_another() -> None:
    one = say(1, "unlabelled", bought=False, words="没有写广告")
    case = facade.take_up(one.id, "截图中没有推广标识", by=JUDGE, now=T0)
    assert (case.code, case.ref, case.evidence) == (
        "undisclosed", one.id, "分享举报（未明示推广）：截图中没有推广标识",
    )  # fmt: skip
    assert facade.confirm(case.id, "核对过截图，属实", by=OTHER, now=T0).state is State.CONFIRMED
    assert facade.share_reports(promoter_id=HERS).items[0].case_id == case.id


def test_a_promoter_reads_how_often_and_why_but_nothing_of_so_few_that_one_could_guess() -> None:
    for n in range(3):
        say(n, bought=False)
    say(7, "unlabelled", bought=False)
    assert facade.said_of(HERS, now=T0) == [ShareReportCount("群发刷屏", 3)]
    assert facade.said_of("pro02", now=T0) == []


def test_nobody_can_tell_who_spoke_and_what_was_said_goes_with_the_speaker_and_with_time() -> None:
    say(1, words="别再发了")
    say(2, at=T0 + 100 * DAY)
    assert "usr1" not in str(models.ShareReport.objects.values())
    assert [one.words for one in facade.said_by(facade.mark("usr1"))] == ["别再发了"]
    facade.forget(["usr1"])
    assert list(facade.said_by(facade.mark("usr1"))) == []
    assert facade.end_old(now=T0 + 280 * DAY) == 0
    assert facade.end_old(now=T0 + 281 * DAY) == 1


def test_a_reason_that_is_not_in_the_table_is_refused_and_every_reason_has_its_class() -> None:
    with pytest.raises(UnknownShareReason):
        say(1, "ugly")
    terms = facade.sharing(T0.date())
    classes = facade.catalogue(T0.date()).classes
    assert [one.title for one in terms.reasons.values()] == [
        "反复私信骚扰", "群发刷屏", "诱导分享", "虚假夸大", "未明示推广",
    ]  # fmt: skip
    assert all(SubjectKind.PROMOTER in classes[one.class_code].of for one in terms.reasons.values())
    assert facade.sharing(datetime(2020, 1, 1, tzinfo=UTC).date()).version == "2026-11"


def test_the_act_of_a_person_stands_in_the_trail() -> None:
    from xintui.foundation.identity import facade as identity

    one = say(1)
    facade.set_aside(one.id, "同行恶意举报", by=JUDGE)
    (line,) = identity.audit_trail(after="", limit=5, action="violations.set_aside").items
    assert (line.actor_id, line.object_id, line.reason) == (JUDGE.user_id, one.id, "同行恶意举报")
    assert SYSTEM.user_id != line.actor_id
