"""The demo's academy: four courses, promoters who read and are examined, trainings with seats, one category that asks.

Dice of their own: the rest of the story stays as it is. Everything goes through the verbs that people's taps call.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from xintui.engagement.academy import facade as academy
from xintui.engagement.academy.contracts import Edition, Mode, Paper, SessionDraft
from xintui.entrypoints.demo.lessons import BEAUTY, COURSES, MONEY
from xintui.entrypoints.demo.state import Seller, World, later, sitting
from xintui.foundation.identity.contracts import Principal, Role
from xintui.kernel.errors import DomainError
from xintui.kernel.times import SHANGHAI, accounting_date

LATELY: Final = 20
"""For how many days there has been an academy."""
LEARNERS: Final = 40
"""How many learn at most besides the two named ones."""
GUARDED: Final = "beauty"


@dataclass(frozen=True)
class Coming:
    """A training in so many days, at an hour, for so many minutes."""

    title: str
    says: str
    mode: Mode
    place: str
    days: int
    hour: int
    minutes: int
    seats: int
    reserved: int
    hold_hours: int = 24

    def draft(self, now: datetime) -> SessionDraft:
        day = (now + timedelta(days=self.days)).astimezone(SHANGHAI)
        starts = day.replace(hour=self.hour, minute=0, second=0, microsecond=0)
        ends = starts + timedelta(minutes=self.minutes)
        seats = (self.seats, self.reserved, self.hold_hours)
        return SessionDraft(self.title, self.says, self.mode, self.place, starts, ends, *seats)


TRAININGS: Final = (
    Coming("直播课：一条文案怎么改到合规", "讲师逐条改学员交来的文案，带练半小时。", Mode.LIVE,
           "https://live.example.cn/x/7f21", 2, 19, 90, 60, 6),
    Coming("线下：秋茶审评入门", "五款茶现场对比，学会用感官词介绍茶。", Mode.SITE,
           "杭州市西湖区龙井路 88 号 二楼茶室", 5, 14, 150, 12, 2, 48),
    Coming("直播课：看懂自己的收益明细", "从计提到到账，逐笔算给你看。", Mode.LIVE,
           "https://live.example.cn/x/19c4", 9, 20, 60, 100, 10),
)  # fmt: skip


@dataclass(frozen=True)
class Pupil:
    """Who learns, and how often an answer is right."""

    seller: Seller
    skill: float


def schedule(world: World, start: datetime, end: datetime) -> None:
    """Courses some weeks ago, learners day by day, a past training with who came, trainings to come."""
    end = end.astimezone(SHANGHAI)
    days = min(LATELY, (end - start).days)
    first = end - timedelta(days=days)
    later(world, first, lambda at: _publish(world, at))
    for n in range(1, days):
        later(world, first + timedelta(days=n), lambda at: _learn(world, at, share=3 * days))
    later(world, end - timedelta(hours=60), lambda at: _past(world, at))
    later(world, end - timedelta(hours=3), lambda at: _coming(world, at))


def guard(world: World, end: datetime) -> None:
    """From today on whoever has not learned about cosmetics makes no new links to them."""
    later(world, end - timedelta(hours=2), _guard)


def _operator() -> Principal:
    return sitting("operator", Role.OPERATOR, "")


def _publish(world: World, now: datetime) -> None:
    for draft in COURSES:
        made = academy.write(draft, by=_operator(), now=now)
        academy.publish(made.id, by=_operator(), reason="首期课程", now=now)
        world.made["courses"] += 1


def _live() -> list[Edition]:
    return list(academy.editions(state="published", limit=20).items)


def _learn(world: World, now: datetime, *, share: int) -> None:
    """A few of the others read and are examined each day. The first named one has learned all but one course."""
    dice = random.Random(f"academy {now:%Y-%m-%d}")  # noqa: S311
    live = _live()
    for seller in world.sellers[:1]:
        known = [one for one in live if one.title != MONEY.title]
        _study(world, Pupil(seller, 0.95), dice.choice(known), dice, now)
    others = world.sellers[2 : 2 + LEARNERS]
    for seller in dice.sample(others, min(len(others), 1 + LEARNERS * 3 // share)):
        _study(world, Pupil(seller, 0.82), dice.choice(live), dice, now)


def _study(world: World, pupil: Pupil, there: Edition, dice: random.Random, now: datetime) -> None:
    seller = pupil.seller
    parts = there.chapters if dice.random() < 0.85 else there.chapters[:1]
    for one in parts:
        academy.read(seller.promoter_id, there.course_id, one.key, now=now)
    if len(parts) < len(there.chapters):
        return
    try:
        paper = academy.sit(seller.promoter_id, there.course_id, now=now)
    except DomainError:  # a certificate that holds, or too soon: the house said so
        return
    _answer(pupil, there, paper, dice, now)
    over = academy.submit(seller.promoter_id, paper.sitting.id, now=now + timedelta(minutes=4))
    world.made[f"exams {over.sitting.state}"] += 1


def _answer(pupil: Pupil, there: Edition, paper: Paper, dice: random.Random, now: datetime) -> None:
    bank = {one.key: one for one in there.questions}
    for asked in paper.questions:
        good = [
            n for n, text in enumerate(asked.options) if bank[asked.key].options.index(text) in bank[asked.key].right
        ]
        wrong = [n for n in range(len(asked.options)) if n not in good]
        picked = good if dice.random() < pupil.skill or not wrong else wrong[:1]
        academy.answer(pupil.seller.promoter_id, paper.sitting.id, asked.key, picked, now=now)


def _past(world: World, now: datetime) -> None:
    """A training of the day before yesterday: booked, held, and the desk noted who came."""
    day = (now + timedelta(hours=12)).astimezone(SHANGHAI)
    starts = day.replace(hour=20, minute=0, second=0, microsecond=0)
    draft = SessionDraft(
        "直播课：广告标识怎么放", "十五分钟讲完，剩下的时间答疑。", Mode.LIVE, "https://live.example.cn/x/03aa", starts,
        starts + timedelta(hours=1), 30, 3, 1,
    )  # fmt: skip
    made = academy.plan(draft, by=_operator(), now=now)
    booked = [_book(world, seller, made.id, now) for seller in world.sellers[:14]]
    for n, booking_id in enumerate(filter(None, booked)):
        academy.attend(booking_id, came=n % 5 != 3, by=_operator(), now=starts + timedelta(minutes=50))


def _coming(world: World, now: datetime) -> None:
    for one in TRAININGS:
        made = academy.plan(one.draft(now), by=_operator(), now=now)
        # The room on site is nearly full: what is left is kept for those with the benefit.
        for seller in _guests(world.sellers, one.mode):
            _book(world, seller, made.id, now)


def _guests(sellers: Sequence[Seller], mode: Mode) -> Sequence[Seller]:
    return sellers[3:20] if mode is Mode.SITE else sellers[2:12]


def _book(world: World, seller: Seller, session_id: str, now: datetime) -> str:
    try:
        made = academy.book(session_id, seller.promoter_id, reserved=False, now=now)
    except DomainError:  # full
        return ""
    world.made["seats"] += 1
    return made.id


def _guard(now: datetime) -> None:
    course_id = next(one.course_id for one in _live() if one.title == BEAUTY.title)
    academy.require(
        GUARDED, course_id, since=accounting_date(now), reason="化妆品监督管理条例第三十七条、第四十三条",
        by=_operator(), now=now,
    )  # fmt: skip
