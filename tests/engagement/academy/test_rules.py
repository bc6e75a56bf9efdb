"""What is drawn, what is right, who may sit down, how long it holds; and what operators may type."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.engagement.academy.hands import CHAPTERS, DRAFT, QUESTIONS, T0, TERMS
from xintui.engagement.academy import rules, script
from xintui.engagement.academy.contracts import Asks, BadAnswer, BadCourse, BadSession, Mode, SessionDraft, Standing

BANK = script.questions(QUESTIONS)
ONE, MANY, JUDGE = BANK


def test_the_same_seed_draws_the_same_paper_and_another_seed_mostly_another() -> None:
    papers = {tuple(rules.drawn(BANK, 3, f"seed{n}")) for n in range(40)}
    assert rules.drawn(BANK, 2, "a") == rules.drawn(BANK, 2, "a")
    assert len(rules.drawn(BANK, 2, "a")) == 2
    assert len(papers) == 6, "every order of three comes up"
    assert {rules.order(ONE, f"seed{n}") for n in range(60)} == {
        (0, 1, 2), (0, 2, 1), (1, 0, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0),
    }  # fmt: skip
    assert {rules.order(JUDGE, f"seed{n}") for n in range(20)} == {(0, 1)}, "对 stands before 错"


def test_an_answer_is_told_by_places_of_the_paper_and_kept_by_places_of_the_bank() -> None:
    for n in range(10):
        places = rules.order(MANY, f"s{n}")
        picked = [places.index(0), places.index(1)]
        assert rules.chosen(MANY, f"s{n}", picked) == [0, 1]
        assert rules.right(BANK, {MANY.key: rules.chosen(MANY, f"s{n}", picked)}) == 1


@pytest.mark.parametrize(
    ("question", "picked"), [(ONE, []), (ONE, [0, 1]), (ONE, [3]), (ONE, [-1]), (MANY, [0, 0]), (JUDGE, [2])]
)
def test_what_cannot_be_an_answer_is_none(question, picked) -> None:
    with pytest.raises(BadAnswer):
        rules.chosen(question, "s", picked)


def test_a_question_is_right_when_everything_right_was_chosen_and_nothing_else() -> None:
    assert rules.right(BANK, {MANY.key: [0]}) == 0, "half is not right"
    assert rules.right(BANK, {MANY.key: [0, 1, 2]}) == 0
    assert rules.right(BANK, {ONE.key: [0], MANY.key: [0, 1], JUDGE.key: [1]}) == 3
    assert rules.right(BANK, {}) == 0


@pytest.mark.parametrize(
    ("asked", "bp", "needs"), [(5, 8_000, 4), (6, 8_000, 5), (3, 6_600, 2), (1, 5_000, 1), (10, 10_000, 10)]
)
def test_what_passes_is_rounded_up(asked: int, bp: int, needs: int) -> None:
    assert rules.needed(asked, bp) == needs


NOTHING = {
    "unread": 0, "open_sitting": False, "failed_at": None, "sat_today": 0, "certified_until": None, "terms": TERMS,
    "now": T0,
}  # fmt: skip
MIDNIGHT = datetime(2026, 11, 29, 16, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("facts", "found"),
    [
        ({}, Standing("", None, 3)),
        ({"unread": 1}, Standing("chapters", None, 3)),
        ({"open_sitting": True, "unread": 1}, Standing("open", None, 3)),
        ({"sat_today": 2}, Standing("", None, 1)),
        ({"sat_today": 3}, Standing("day", MIDNIGHT, 0)),
        ({"sat_today": 9}, Standing("day", MIDNIGHT, 0)),
        ({"failed_at": T0 - timedelta(hours=1, minutes=59)}, Standing("wait", T0 + timedelta(minutes=1), 3)),
        ({"failed_at": T0 - timedelta(hours=2)}, Standing("", None, 3)),
        ({"certified_until": T0 + timedelta(days=31)}, Standing("certified", T0 + timedelta(days=1), 3)),
        ({"certified_until": T0 + timedelta(days=30)}, Standing("", None, 3)),
    ],
)
def test_the_first_thing_in_the_way_is_told_with_its_end(facts, found) -> None:
    assert rules.standing(**NOTHING | facts) == found


@pytest.mark.parametrize(
    ("issued", "months", "last"),
    [
        ("2026-11-29T10:00:00+08:00", 12, "2027-11-29"),
        ("2028-02-29T10:00:00+08:00", 12, "2029-02-28"),
        ("2026-08-31T23:30:00+08:00", 6, "2027-02-28"),
        ("2026-12-31T00:10:00+08:00", 1, "2027-01-31"),
        ("2026-11-29T20:00:00+00:00", 1, "2026-12-30"),
    ],
)
def test_a_certificate_holds_to_the_end_of_the_same_day_of_its_last_month(issued: str, months: int, last: str) -> None:
    end = rules.expires(datetime.fromisoformat(issued), months)
    assert rules.last_day(end).isoformat() == last
    assert (end.hour, end.minute, end.second) == (0, 0, 0)


@pytest.mark.parametrize(("held", "bp"), [(0, -1), (1, 7_500), (2, 10_000), (7, 10_000)])
def test_the_credit_counts_one_certificate_and_more_of_them(held: int, bp: int) -> None:
    assert rules.worth(held, (7_500, 10_000)) == bp


def test_what_is_typed_is_read_and_can_be_typed_again() -> None:
    assert [one.asks for one in BANK] == [Asks.SINGLE, Asks.MULTIPLE, Asks.JUDGE]
    assert (MANY.options, MANY.right) == (("全网最低价", "能治高血压", "口感清爽"), frozenset({0, 1}))
    assert (JUDGE.options, JUDGE.right) == (("对", "错"), frozenset({1}))
    assert script.questions(script.written_questions(BANK)) == BANK
    found = script.chapters(CHAPTERS)
    assert [one.title for one in found] == ["为什么要标明", "怎么写"]
    assert found[0].body == "推广赚佣金就是广告。\n- 标识放在最前面"
    assert script.chapters(script.written_chapters(found)) == found
    assert script.chapters(CHAPTERS.replace("\n", "\r\n")) == found


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("问答 为什么？", "第 1 题：第一行应是"),
        (QUESTIONS + "\n\n单选 空？\n* 一\n解析：x\n依据：y", "第 4 题：应有 2 到 8 个不同的选项"),
        ("单选 哪个？\n* 一\n* 二\n解析：x\n依据：y", "单选题恰有一个"),
        ("多选 哪些？\n* 一\n- 二\n解析：x\n依据：y", "多选题至少有两个"),
        ("判断 对吗？\n* 对\n- 错\n答案：对\n解析：x\n依据：y", "判断题写"),
        ("判断 对吗？\n答案：也许\n解析：x\n依据：y", "判断题写"),
        ("单选 哪个？\n* 一\n- 二\n解析：x", "缺少“依据：”"),
        ("单选 哪个？\n一\n- 二", "看不懂“一”"),
    ],
)
def test_a_bank_that_cannot_be_read_says_where(text: str, says: str) -> None:
    with pytest.raises(BadCourse, match=says):
        script.questions(text)


def test_a_text_before_the_first_chapter_is_refused_with_its_line() -> None:
    with pytest.raises(BadCourse, match="第 2 行"):
        script.chapters("\n没有标题\n# 一\n正文")
    with pytest.raises(BadCourse, match="「一」的正文"):
        script.chapters("# 一\n\n# 二\n正文")


@pytest.mark.parametrize(
    ("draft", "says"),
    [
        (replace(DRAFT, title="一"), "名称"),
        (replace(DRAFT, summary="短"), "简介"),
        (replace(DRAFT, tags=tuple("一二三四五六")), "标签"),
        (replace(DRAFT, terms=replace(TERMS, draw=4)), "每次抽 4 题，题库只有 3 题"),
        (replace(DRAFT, terms=replace(TERMS, pass_bp=4_000)), "及格线"),
        (replace(DRAFT, terms=replace(TERMS, minutes=0)), "时限"),
        (replace(DRAFT, terms=replace(TERMS, valid_months=37)), "有效期"),
        (replace(DRAFT, chapters=CHAPTERS + "\n\n# 怎么写\n说真实的使用感受。"), "内容相同的章节"),
    ],
)
def test_a_course_that_may_not_be_kept_says_why(draft, says: str) -> None:
    found = script.chapters(draft.chapters), script.questions(draft.questions)
    with pytest.raises(BadCourse, match=says):
        rules.check_course(draft, *found, most=50)
    with pytest.raises(BadCourse, match="题库最多 2 题"):
        rules.check_course(DRAFT, script.chapters(CHAPTERS), BANK, most=2)


FINE = SessionDraft(
    "秋茶怎么讲", "", Mode.LIVE, "https://live.example/1", T0 + timedelta(days=1), T0 + timedelta(days=2), 10
)


@pytest.mark.parametrize(
    ("draft", "says"),
    [
        (replace(FINE, title=" "), "名称"),
        (replace(FINE, place=" "), "地点"),
        (replace(FINE, starts_at=T0), "开始时间"),
        (replace(FINE, ends_at=FINE.starts_at), "开始时间"),
        (replace(FINE, seats=0), "名额"),
        (replace(FINE, reserved=11), "预留名额"),
        (replace(FINE, hold_hours=241), "放开"),
    ],
)
def test_a_training_that_cannot_be_says_why(draft, says: str) -> None:
    rules.check_session(FINE, T0)
    with pytest.raises(BadSession, match=says):
        rules.check_session(draft, T0)
