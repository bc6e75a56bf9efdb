"""What other modules may know about follow-up plans and tasks."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from xintui.kernel.errors import DomainError, Kind


class Trigger(StrEnum):
    """What has to have happened so many days ago. A closed list: each is a fact of the books."""

    FIRST = "first_purchase"
    RECEIVED = "after_receipt"
    IDLE = "no_purchase"


TRIGGER_NAMES: Mapping[Trigger, str] = {
    Trigger.FIRST: "首次购买后",
    Trigger.RECEIVED: "收货后",
    Trigger.IDLE: "没有再买满",
}


class Priority(StrEnum):
    """What stands first on the promoter's list."""

    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"


PRIORITY_NAMES: Mapping[Priority, str] = {Priority.HIGH: "优先", Priority.NORMAL: "一般", Priority.LOW: "有空再做"}


class PlanState(StrEnum):
    DRAFT = "draft"
    RUNNING = "running"
    STOPPED = "ended"


PLAN_STATE_NAMES: Mapping[PlanState, str] = {
    PlanState.DRAFT: "草稿",
    PlanState.RUNNING: "运行中",
    PlanState.STOPPED: "已停止",
}


class PlanVerb(StrEnum):
    START = "start"
    STOP = "stop"


class TaskState(StrEnum):
    """Whether it is still worth doing is a matter of the clock, not of a state."""

    OPEN = "open"
    DONE = "done"
    SKIPPED = "skipped"


TASK_STATE_NAMES: Mapping[TaskState, str] = {
    TaskState.OPEN: "待跟进",
    TaskState.DONE: "已跟进",
    TaskState.SKIPPED: "已跳过",
}


class TaskVerb(StrEnum):
    DO = "do"
    SKIP = "skip"
    UNDO = "undo"


@dataclass(frozen=True, slots=True)
class PlanDraft:
    """What an operator writes. `words` may hold `{称呼}` and `{商品}`; `material_id`: an approved version or ""."""

    name: str
    trigger: Trigger
    days: int
    words: str
    material_id: str = ""
    priority: Priority = Priority.NORMAL
    valid_days: int = 3


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan as it stands; once it has run it never says anything else."""

    id: str
    name: str
    trigger: Trigger
    days: int
    words: str
    material_id: str
    priority: Priority
    valid_days: int
    state: PlanState
    author_id: str
    created_at: datetime
    started_at: datetime | None
    stopped_at: datetime | None


@dataclass(frozen=True, slots=True)
class Figures:
    """What became of a plan's tasks. `again` of `followed` customers bought once more soon after; why is not known."""

    made: int = 0
    waiting: int = 0
    done: int = 0
    skipped: int = 0
    expired: int = 0
    followed: int = 0
    again: int = 0


@dataclass(frozen=True, slots=True)
class Task:
    """One customer, for one reason, masked. `order_id` is the purchase it is about: it opens the customer's file."""

    id: str
    order_id: str
    name: str
    why: str
    words: str
    product_id: str
    title: str
    material_id: str
    priority: Priority
    state: TaskState
    made_at: datetime
    expires_at: datetime
    acted_at: datetime | None
    undoable: bool


@dataclass(frozen=True, slots=True)
class About:
    """A reminder as it is told to the customer whom it is about: the purchase, when, and what became of it."""

    id: str
    order_id: str
    made_at: datetime
    state: TaskState


@dataclass(eq=False)
class PlanNotFound(DomainError):
    kind: ClassVar[Kind] = Kind.NOT_FOUND
    code: ClassVar[str] = "followups.plan_not_found"
    says: ClassVar[str] = "没有找到跟进方案 {plan_id}"

    plan_id: str


@dataclass(eq=False)
class BadPlan(DomainError):
    code: ClassVar[str] = "followups.bad_plan"
    says: ClassVar[str] = "跟进方案无法使用：{reason}"

    reason: str


@dataclass(eq=False)
class PlanFrozen(DomainError):
    """It has run: what promoters were given must stay readable as it was."""

    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "followups.plan_frozen"
    says: ClassVar[str] = "启动过的方案不能修改，请复制一份再改"

    plan_id: str


@dataclass(eq=False)
class TaskNotFound(DomainError):
    kind: ClassVar[Kind] = Kind.NOT_FOUND
    code: ClassVar[str] = "followups.task_not_found"
    says: ClassVar[str] = "没有找到这条跟进任务"

    task_id: str


@dataclass(eq=False)
class TaskOver(DomainError):
    """Its days have passed, or the day on which it could be undone has."""

    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "followups.task_over"
    says: ClassVar[str] = "这条跟进任务已过期"

    task_id: str
