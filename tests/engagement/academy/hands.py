"""A course with an exam of three questions, a desk, and somebody who reads, sits and answers."""

from datetime import UTC, datetime, timedelta

from tests.promotion.growth.test_path import known
from tests.promotion.people import promoter
from xintui.engagement.academy import facade
from xintui.engagement.academy.contracts import CourseDraft, Edition, Mode, Paper, Session, SessionDraft, Terms
from xintui.foundation.identity.contracts import Principal, Role
from xintui.promotion.promoters import facade as promoters
from xintui.promotion.promoters.contracts import Promoter

T0 = datetime(2026, 11, 29, 2, 0, tzinfo=UTC)
"""Ten in the morning in Shanghai."""
JOINED = datetime(2026, 8, 1, 4, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
DESK = Principal("usr01DESK", frozenset({Role.OPERATOR}), None, "运营", 1)
CHAPTERS = "# 为什么要标明\n推广赚佣金就是广告。\n- 标识放在最前面\n\n# 怎么写\n说真实的使用感受。"
QUESTIONS = """单选 广告标识放在哪里？
* 文案最前面
- 评论区
- 不用放
解析：让人一眼看出是广告。
依据：互联网广告管理办法第九条

多选 哪些话不能说？
* 全网最低价
* 能治高血压
- 口感清爽
解析：前一句没有依据，后一句是疾病治疗功能。
依据：广告法第九条、第十七条

判断 朋友圈里推广不算广告。
答案：错
解析：带链接推广同样是广告。
依据：互联网广告管理办法第二条"""
TERMS = Terms(draw=3, minutes=10, pass_bp=6_600, wait_hours=2, per_day=3, valid_months=12)
DRAFT = CourseDraft("广告明示", "推广前先学会标明广告", ("合规",), CHAPTERS, QUESTIONS, TERMS)


def course(draft: CourseDraft = DRAFT, *, at: datetime = T0) -> Edition:
    """Published."""
    made = facade.write(draft, by=DESK, now=at)
    return facade.publish(made.id, by=DESK, now=at)


def anna(n: int = 1, *, credit: int = 700, level: str = "junior") -> Promoter:
    """Somebody with a standing: 700 and junior is one reserved seat a month, 775 and gold two."""
    who = promoter(n, at=JOINED)
    known(who, credit=credit)
    if level != "junior":
        promoters.set_level(who.id, level, actor="test", reason="promotion_rule", now=JOINED)
    return promoters.one(who.id)


def reads(who: Promoter, there: Edition, *, at: datetime = T0) -> None:
    """Every chapter of it."""
    for one in there.chapters:
        facade.read(who.id, there.course_id, one.key, now=at)


def answers(who: Promoter, paper: Paper, there: Edition, *, right: int, at: datetime) -> None:
    """The first `right` questions as they should be, the others not."""
    bank = {one.key: one for one in there.questions}
    for n, asked in enumerate(paper.questions):
        good = [
            place
            for place, option in enumerate(asked.options)
            if bank[asked.key].options.index(option) in bank[asked.key].right
        ]
        bad = [place for place in range(len(asked.options)) if place not in good][:1]
        facade.answer(who.id, paper.sitting.id, asked.key, good if n < right else bad, now=at)


def examined(who: Promoter, there: Edition, *, right: int = 3, at: datetime = T0) -> Paper:
    """Reads, sits, answers, hands in."""
    reads(who, there, at=at)
    paper = facade.sit(who.id, there.course_id, now=at)
    answers(who, paper, there, right=right, at=at)
    return facade.submit(who.id, paper.sitting.id, now=at + timedelta(minutes=5))


def training(*, seats: int = 3, reserved: int = 0, starts: datetime = T0 + 3 * DAY, hold_hours: int = 24) -> Session:
    draft = SessionDraft(
        "秋茶怎么讲",
        "带样茶",
        Mode.SITE,
        "杭州市西湖区文三路 1 号",
        starts,
        starts + 2 * HOUR,
        seats,
        reserved,
        hold_hours,
    )
    return facade.plan(draft, by=DESK, now=T0)
