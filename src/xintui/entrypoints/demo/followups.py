"""The demo's follow-ups: two plans that run, one that is being written, and promoters who do some of what they find."""

import random
from datetime import datetime, timedelta
from typing import Final

from xintui.engagement.followups import facade as followups
from xintui.engagement.followups.contracts import PlanDraft, Priority, Trigger
from xintui.entrypoints.demo.state import Seller, World, later, sitting
from xintui.foundation.identity.contracts import Role
from xintui.kernel.times import SHANGHAI

RUNNING: Final = (
    PlanDraft(
        "首次购买次日问候", Trigger.FIRST, 1,
        "{称呼}您好，您选的{商品}已经在安排了，有问题随时找我，我帮您跟进。", priority=Priority.HIGH, valid_days=7,
    ),
    PlanDraft(
        "收货一周回访", Trigger.RECEIVED, 7, "{称呼}您好，{商品}用得还满意吗？有不合适的地方告诉我，我来帮您处理。",
        valid_days=7,
    ),
)  # fmt: skip
WRITTEN: Final = PlanDraft(
    "两个月没来看看", Trigger.IDLE, 60, "{称呼}您好，好久不见。上次您买的{商品}这一季有新货，需要的话我发您看看。",
    priority=Priority.LOW, valid_days=7,
)  # fmt: skip
LATELY: Final = 24
"""For how many days there have been plans."""
EVERY: Final = 4
"""After how many days promoters look at their list."""
LOOKING: Final = 60
"""How many of them look at most: the named ones, who can be logged in as, and some others."""


def schedule(world: World, start: datetime, end: datetime) -> None:
    """Plans some weeks ago; from then on tasks every morning, and now and then somebody who sees to them."""
    end = end.astimezone(SHANGHAI)
    days = min(LATELY, (end - start).days)
    first = end - timedelta(days=days)
    later(world, first, _write)
    for n in range(days + 1):
        morning = (first + timedelta(days=n)).replace(hour=9, minute=0, second=0, microsecond=0)
        if first < morning < end:
            later(world, morning, lambda at: followups.make_due(now=at))
            if n % EVERY == 0 or morning.date() == end.date():
                later(world, morning + timedelta(hours=2), lambda at: _see_to(world, at))


def _write(now: datetime) -> None:
    operator = sitting("operator", Role.OPERATOR, "")
    for one in RUNNING:
        made = followups.create(one, by=operator, now=now)
        followups.start(made.id, by=operator, reason="先试一个月", now=now)
    followups.create(WRITTEN, by=operator, now=now)


def _see_to(world: World, now: datetime) -> None:
    """Each who has tasks does about half of them and skips a few. Dice of their own: the rest of the story stays."""
    dice = random.Random(f"followups {now:%Y-%m-%d}")  # noqa: S311
    named, others = world.sellers[:2], world.sellers[2:]
    for seller in [*named, *dice.sample(others, min(LOOKING, len(others)))]:
        _work(world, seller, dice, now)


def _work(world: World, seller: Seller, dice: random.Random, now: datetime) -> None:
    waiting = followups.waiting(seller.promoter_id, now=now)
    if waiting < 2:
        return
    found = sorted(followups.open_tasks(seller.promoter_id, now=now, limit=50).items, key=lambda one: one.why)
    for one in found[1:]:
        chance = dice.random()
        if chance < 0.5:
            followups.done(seller.promoter_id, one.id, now=now)
            world.made["followed"] += 1
        elif chance < 0.62:
            followups.skip(seller.promoter_id, one.id, now=now)
