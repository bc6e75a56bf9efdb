"""今日任务 for a promoter; plans for the platform's desk."""

from datetime import datetime
from typing import Annotated, Any, Literal

from django.db import transaction
from django.http import HttpRequest
from ninja import Router, Status
from pydantic import Field

from xintui.engagement.followups import facade
from xintui.engagement.followups.contracts import (
    Plan,
    PlanDraft,
    PlanState,
    Priority,
    Task,
    TaskState,
    Trigger,
)
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Principal, Role
from xintui.infra import clock
from xintui.infra.http import Id, In, Out, PageIn, PageOut, Query, Text
from xintui.promotion.materials.contracts import Kit
from xintui.promotion.promoters import facade as promoters
from xintui.promotion.promoters.contracts import Promoter

router = Router(tags=["客户跟进"])
READERS = (Role.OPERATOR, Role.AUDITOR)
MaybeId = Annotated[str, Field(pattern=r"^[0-9A-Za-z]{0,32}$")]


class TaskOut(Out):
    """`why` is the reason in a sentence, `words` bear the label already, `order_id` opens the customer's file."""

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


class WaitingOut(Out):
    """At most 100."""

    waiting: int


class FollowupKitOut(Out):
    label: str
    text: str
    path: str


class FiguresOut(Out):
    made: int
    waiting: int
    done: int
    skipped: int
    expired: int
    followed: int
    again: int


class PlanOut(Out):
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


class PlanFileOut(PlanOut):
    """A plan with what came of it. `again`: customers who bought within `again_days` after 已跟进."""

    figures: FiguresOut
    again_days: int


class PreviewOut(Out):
    count: int


class TasksIn(PageIn):
    tab: Literal["open", "acted"] = "open"
    order_id: MaybeId = ""


class PlansIn(PageIn):
    state: PlanState | None = None


class PlanDraftIn(In):
    name: Annotated[Text, Field(min_length=1, max_length=60)]
    trigger: Trigger
    days: Annotated[int, Field(ge=1, le=365)]
    words: Annotated[Text, Field(min_length=1, max_length=600)]
    material_id: MaybeId = ""
    priority: Priority = Priority.NORMAL
    valid_days: Annotated[int, Field(ge=1, le=30)] = 3

    def draft(self) -> PlanDraft:
        return PlanDraft(**self.model_dump())


class WhyIn(In):
    reason: Annotated[Text, Field(max_length=200)] = ""


def me(request: HttpRequest) -> Promoter:
    """Raises `NotAPromoter`."""
    return promoters.active_by_user(identity.require(request.principal).user_id)  # type: ignore[attr-defined]


def writer(request: HttpRequest) -> Principal:
    return identity.require(request.principal, Role.OPERATOR)  # type: ignore[attr-defined]


@router.get("/promoter/followups", response=PageOut[TaskOut])
def tasks(request: HttpRequest, query: Query[TasksIn]) -> dict[str, Any]:
    """今日任务: 待办 or 已办; with an order those about its customer."""
    ask = facade.open_tasks if query.tab == "open" else facade.acted_tasks
    found = ask(me(request).id, now=clock.now(), order_id=query.order_id, after=query.after, limit=query.limit)
    return {"items": list(found.items), "next": found.next}


@router.get("/promoter/followups/waiting", response=WaitingOut)
def waiting(request: HttpRequest) -> dict[str, int]:
    """How many wait for me."""
    return {"waiting": facade.waiting(me(request).id, now=clock.now())}


@router.post("/promoter/followups/{task_id}/kit", response=FollowupKitOut)
@transaction.atomic
def kit(request: HttpRequest, task_id: Id) -> Kit:
    """一键复制: the words with the label in front, and my link to what was bought."""
    return facade.kit(me(request), task_id, now=clock.now())


@router.post("/promoter/followups/{task_id}/done", response=TaskOut)
def done(request: HttpRequest, task_id: Id) -> Task:
    """已跟进."""
    return facade.done(me(request).id, task_id, now=clock.now())


@router.post("/promoter/followups/{task_id}/skip", response=TaskOut)
def skip(request: HttpRequest, task_id: Id) -> Task:
    """跳过."""
    return facade.skip(me(request).id, task_id, now=clock.now())


@router.post("/promoter/followups/{task_id}/undo", response=TaskOut)
def undo(request: HttpRequest, task_id: Id) -> Task:
    """撤销: within the day."""
    return facade.undo(me(request).id, task_id, now=clock.now())


def _file(found: Plan) -> dict[str, Any]:
    now = clock.now()
    shown = PlanOut.from_orm(found).model_dump()
    figures = FiguresOut.from_orm(facade.figures([found.id], now=now)[found.id]).model_dump()
    return shown | {"figures": figures, "again_days": facade.again_days(now=now)}


@router.get("/ops/followups", response=PageOut[PlanFileOut])
def plans(request: HttpRequest, query: Query[PlansIn]) -> dict[str, Any]:
    """跟进方案, newest first, each with what came of it."""
    identity.require(request.principal, *READERS)  # type: ignore[attr-defined]
    now = clock.now()
    found = facade.plans(state=query.state or "", after=query.after, limit=query.limit)
    figures = facade.figures([one.id for one in found.items], now=now)
    days = facade.again_days(now=now)
    items = [
        PlanOut.from_orm(one).model_dump()
        | {"figures": FiguresOut.from_orm(figures[one.id]).model_dump(), "again_days": days}
        for one in found.items
    ]
    return {"items": items, "next": found.next}


@router.post("/ops/followups", response={201: PlanOut})
def create(request: HttpRequest, body: PlanDraftIn) -> Status[Plan]:
    """新建方案: a draft."""
    return Status(201, facade.create(body.draft(), by=writer(request), now=clock.now()))


@router.get("/ops/followups/{followup_id}", response=PlanFileOut)
def plan(request: HttpRequest, followup_id: Id) -> dict[str, Any]:
    """One plan with what came of it."""
    identity.require(request.principal, *READERS)  # type: ignore[attr-defined]
    return _file(facade.plan(followup_id))


@router.put("/ops/followups/{followup_id}", response=PlanOut)
def change(request: HttpRequest, followup_id: Id, body: PlanDraftIn) -> Plan:
    """Other words for a draft."""
    return facade.change(followup_id, body.draft(), by=writer(request), now=clock.now())


@router.get("/ops/followups/{followup_id}/preview", response=PreviewOut)
def preview(request: HttpRequest, followup_id: Id) -> dict[str, int]:
    """How many tasks it would make today."""
    identity.require(request.principal, *READERS)  # type: ignore[attr-defined]
    return {"count": facade.preview(followup_id, now=clock.now())}


@router.post("/ops/followups/{followup_id}/start", response=PlanOut)
def start(request: HttpRequest, followup_id: Id, body: WhyIn) -> Plan:
    """启动: from then on it is frozen."""
    return facade.start(followup_id, by=writer(request), reason=body.reason, now=clock.now())


@router.post("/ops/followups/{followup_id}/stop", response=PlanOut)
def stop(request: HttpRequest, followup_id: Id, body: WhyIn) -> Plan:
    """停止."""
    return facade.stop(followup_id, by=writer(request), reason=body.reason, now=clock.now())


@router.post("/ops/followups/{followup_id}/copies", response={201: PlanOut})
def copy(request: HttpRequest, followup_id: Id) -> Status[Plan]:
    """复制: the same words as a new draft."""
    return Status(201, facade.copy(followup_id, by=writer(request), now=clock.now()))
