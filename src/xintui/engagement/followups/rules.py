"""What a plan may say, whom it addresses how, and the lives of plans and tasks."""

import re
from datetime import date, datetime
from typing import Final

from xintui.engagement.followups.contracts import (
    BadPlan,
    PlanDraft,
    PlanState,
    PlanVerb,
    Priority,
    TaskState,
    TaskVerb,
    Trigger,
)
from xintui.kernel.states import Flow
from xintui.kernel.times import accounting_date
from xintui.trust.compliance import facade as compliance

PLAN_FLOW: Final[Flow[PlanState, PlanVerb]] = Flow(
    {
        (PlanState.DRAFT, PlanVerb.START): PlanState.RUNNING,
        (PlanState.DRAFT, PlanVerb.STOP): PlanState.STOPPED,
        (PlanState.RUNNING, PlanVerb.STOP): PlanState.STOPPED,
    }
)
TASK_FLOW: Final[Flow[TaskState, TaskVerb]] = Flow(
    {
        (TaskState.OPEN, TaskVerb.DO): TaskState.DONE,
        (TaskState.OPEN, TaskVerb.SKIP): TaskState.SKIPPED,
        (TaskState.DONE, TaskVerb.UNDO): TaskState.OPEN,
        (TaskState.SKIPPED, TaskVerb.UNDO): TaskState.OPEN,
    }
)
RANKS: Final = {Priority.HIGH: 3, Priority.NORMAL: 2, Priority.LOW: 1}
"""Priorities as numbers, for what is ordered by the database."""
CALLED, GOODS = "{称呼}", "{商品}"
TEXT_LIMIT: Final = 300
MOST_DAYS: Final = 365
MOST_VALID: Final = 30
_PLACE: Final = re.compile(r"\{[^{}]*\}|[{}]")


def check(draft: PlanDraft) -> None:
    """Raises `BadPlan`. Whether the words may be said at all is compliance's to judge (`sample`)."""
    if not 2 <= len(draft.name.strip()) <= 30:
        raise BadPlan("名称应有 2 到 30 个字")
    if not 1 <= draft.days <= MOST_DAYS:
        raise BadPlan(f"天数应在 1 到 {MOST_DAYS} 之间")
    if not 1 <= draft.valid_days <= MOST_VALID:
        raise BadPlan(f"有效期应在 1 到 {MOST_VALID} 天之间")
    if not 4 <= len(draft.words.strip()) <= TEXT_LIMIT:
        raise BadPlan(f"文案应有 4 到 {TEXT_LIMIT} 个字")
    if strange := [place for place in _PLACE.findall(draft.words) if place not in (CALLED, GOODS)]:
        raise BadPlan(f"文案里只能用 {CALLED} 和 {GOODS}，不认识 {strange[0]}")
    if compliance.bears_address(draft.words):
        raise BadPlan("文案里不要写网址：复制时会自动带上推客的专属链接")


def sample(words: str) -> str:
    """The words as somebody may read them, for whoever judges them."""
    return fill(words, called("王**"), "明前龙井")


def called(hint: str) -> str:
    """How a customer is addressed who is known by a hint only. A nickname or nothing tells no family name.

    >>> called("王**"), called("L**"), called("**"), called("")
    ('王先生/女士', '朋友', '朋友', '朋友')
    """
    first = hint[:1]
    return f"{first}先生/女士" if "\u4e00" <= first <= "\u9fff" else "朋友"


def fill(words: str, name: str, title: str) -> str:
    """The words with their two places filled."""
    return words.replace(CALLED, name).replace(GOODS, title)


def labelled(words: str, label: str) -> str:
    """The label stands in front of what is meant for a customer, always and once (T-15)."""
    return words if words.startswith(label) else f"{label} {words}"


def why(trigger: Trigger, name: str, title: str, occurred_at: datetime, today: date) -> str:
    """The reason in a sentence, true on the day it is read."""
    days = (today - accounting_date(occurred_at)).days
    when = f"{days} 天前" if days else "今天"
    match trigger:
        case Trigger.FIRST:
            return f"{name} {when}第一次在你这里买了「{title}」"
        case Trigger.RECEIVED:
            return f"{name} {when}收到了在你这里买的「{title}」"
        case Trigger.IDLE:
            return f"{name} 有 {days} 天没有再买了，上次买的是「{title}」"


def undoable(state: TaskState, acted_at: datetime | None, expires_at: datetime, now: datetime) -> bool:
    """A slip of the finger can be taken back on the same day, while the task still counts."""
    if state is TaskState.OPEN or acted_at is None or expires_at <= now:
        return False
    return accounting_date(acted_at) == accounting_date(now)
