"""Writing, starting and stopping plans; doing, skipping and taking back tasks; making what is due."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction

from xintui.engagement.followups import queries, rules, tables
from xintui.engagement.followups.contracts import (
    BadPlan,
    Plan,
    PlanDraft,
    PlanFrozen,
    PlanNotFound,
    PlanState,
    PlanVerb,
    Priority,
    Task,
    TaskNotFound,
    TaskOver,
    TaskState,
    TaskVerb,
    Trigger,
)
from xintui.engagement.followups.models import Plan as PlanRow
from xintui.engagement.followups.models import Task as Row
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Principal
from xintui.infra import locks, sql
from xintui.kernel.ids import new_id
from xintui.kernel.times import accounting_date, day_start
from xintui.promotion.attribution import facade as attribution
from xintui.promotion.attribution.contracts import Channel, NoSuchTarget, Target, TargetKind
from xintui.promotion.materials import facade as materials
from xintui.promotion.materials.contracts import Kit, MaterialNotFound, NotUsable
from xintui.promotion.promoters import facade as promoters
from xintui.promotion.promoters.contracts import Promoter
from xintui.trust.compliance import facade as compliance
from xintui.trust.privacy.contracts import ConsentWithdrawn

HOME: Final = "xintui.engagement.followups"
PURPOSE: Final = "follow_up"
"""The purpose under which somebody may say no to all of this."""
LOCK: Final = "followups.make"
CHANNEL: Final = Channel.GROUP
"""A message to one person has no channel of its own in the closed list: it stands with groups (群)."""


@transaction.atomic
def create(draft: PlanDraft, *, by: Principal, now: datetime) -> Plan:
    """A new plan, a draft. Raises `BadPlan`, `CopyRefused`."""
    row = PlanRow(id=new_id("fup"), state=PlanState.DRAFT, author_id=by.user_id, created_at=now)
    _write(row, draft, now)
    identity.audit(by, "followups.create", ("followup_plan", row.id), {}, _told(row))
    return queries.plan_contract(row)


@transaction.atomic
def change(plan_id: str, draft: PlanDraft, *, by: Principal, now: datetime) -> Plan:
    """Other words for a draft. Raises `PlanNotFound`, `PlanFrozen`, `BadPlan`, `CopyRefused`."""
    row = _locked(plan_id)
    if row.state != PlanState.DRAFT:
        raise PlanFrozen(plan_id)
    before = _told(row)
    _write(row, draft, now)
    identity.audit(by, "followups.change", ("followup_plan", row.id), before, _told(row))
    return queries.plan_contract(row)


@transaction.atomic
def copy(plan_id: str, *, by: Principal, now: datetime) -> Plan:
    """The same words as a new draft: how a plan that has run is changed. Raises `PlanNotFound`."""
    old = queries.plan(plan_id)
    name = f"{old.name[:26]} 副本"
    row = PlanRow(
        id=new_id("fup"), name=name, trigger=old.trigger, days=old.days, words=old.words, material_id=old.material_id,
        priority=old.priority, valid_days=old.valid_days, state=PlanState.DRAFT, author_id=by.user_id, created_at=now,
    )  # fmt: skip
    row.save(force_insert=True)
    identity.audit(by, "followups.copy", ("followup_plan", row.id), {}, _told(row) | {"copied_from": plan_id})
    return queries.plan_contract(row)


@transaction.atomic
def start(plan_id: str, *, by: Principal, now: datetime, reason: str = "") -> Plan:
    """From now on it makes tasks and says nothing else. Raises `PlanNotFound`, `NoSuchMove`, what `create` raises."""
    row = _locked(plan_id)
    row.state = rules.PLAN_FLOW.after(PlanState(row.state), PlanVerb.START)
    judge(_draft(row), now)  # a word may have been forbidden, a material withdrawn since
    row.started_at = now
    return _moved(row, "start", PlanState.DRAFT, by, reason)


@transaction.atomic
def stop(plan_id: str, *, by: Principal, now: datetime, reason: str = "") -> Plan:
    """It makes no more tasks; those that were made stay until they expire. Raises `PlanNotFound`, `NoSuchMove`."""
    row = _locked(plan_id)
    before = PlanState(row.state)
    row.state = rules.PLAN_FLOW.after(before, PlanVerb.STOP)
    row.stopped_at = now
    return _moved(row, "stop", before, by, reason)


@transaction.atomic
def preview(plan_id: str, *, now: datetime) -> int:
    """How many tasks it would make today: they are made by the same statement, counted and undone."""
    row = PlanRow.objects.filter(id=plan_id).first()
    if row is None:
        raise PlanNotFound(plan_id)
    with transaction.atomic():
        made = make(row, now=now)
        transaction.set_rollback(True)
    return made


def make(row: PlanRow, *, now: datetime) -> int:
    """The tasks of one plan that are due today; how many are new. In the caller's transaction, one at a time."""
    locks.exclusive(LOCK)  # what one plan makes counts towards what the next may make about the same customer
    today = accounting_date(now)
    policy = tables.policy(today)
    due = day_start(today - timedelta(days=row.days))
    params: dict[str, Any] = {
        "trigger": row.trigger,
        "since": due - timedelta(days=policy.catch_up_days),
        "until": due + timedelta(days=1),
    }
    people = promoters.get(one["promoter_id"] for one in sql.rows(HOME, "promoters", params))
    active = [one.id for one in people.values() if one.is_active]
    if not active:
        return 0
    params |= {
        "plan_id": row.id, "rank": rules.RANKS[Priority(row.priority)], "active": active, "purpose": PURPOSE,
        "now": now, "expires_at": day_start(today + timedelta(days=row.valid_days)),
        "lately": now - policy.window, "most": policy.most,
    }  # fmt: skip
    return sql.run(HOME, "make", params)


def done(promoter_id: str, task_id: str, *, now: datetime) -> Task:
    """已跟进: she has spoken to the customer. Raises `TaskNotFound`, `TaskOver`, `NoSuchMove`."""
    return _act(promoter_id, task_id, TaskVerb.DO, now)


def skip(promoter_id: str, task_id: str, *, now: datetime) -> Task:
    """跳过: she will not. Raises `TaskNotFound`, `TaskOver`, `NoSuchMove`."""
    return _act(promoter_id, task_id, TaskVerb.SKIP, now)


def undo(promoter_id: str, task_id: str, *, now: datetime) -> Task:
    """A slip, taken back the same day. Raises `TaskNotFound`, `TaskOver`, `NoSuchMove`."""
    return _act(promoter_id, task_id, TaskVerb.UNDO, now)


@transaction.atomic
def kit(promoter: Promoter, task_id: str, *, now: datetime) -> Kit:
    """Words and link for one tap. For goods that are gone the link leads to the first page, and a material that is no
    longer in force is left out. Raises `TaskNotFound`, `CopyRefused`.
    """
    task = queries.task(promoter.id, task_id, now=now)
    target = _target(task)
    try:
        return materials.share(promoter, target, CHANNEL, version_id=task.material_id, text=task.words, now=now)
    except (NotUsable, MaterialNotFound):
        return materials.share(promoter, target, CHANNEL, text=task.words, now=now)


@transaction.atomic
def refused(events: Sequence[ConsentWithdrawn]) -> int:
    """Handler: whoever says no is on nobody's list from that moment on."""
    users = [one.user_id for one in events if one.purpose == PURPOSE]
    return Row.objects.filter(buyer_id__in=users, state=TaskState.OPEN).delete()[0]


@transaction.atomic
def forget(user_id: str) -> None:
    """Everything about somebody who has left, as a customer and as a promoter."""
    Row.objects.filter(buyer_id=user_id).delete()
    promoter = promoters.by_user(user_id)
    if promoter is not None:
        Row.objects.filter(promoter_id=promoter.id).delete()


def _target(task: Task) -> Target:
    try:
        return attribution.target(TargetKind.PRODUCT, task.product_id)
    except NoSuchTarget:
        return attribution.target(TargetKind.HOME, "home")


@transaction.atomic
def _act(promoter_id: str, task_id: str, verb: TaskVerb, now: datetime) -> Task:
    row = Row.objects.select_for_update().filter(promoter_id=promoter_id, id=task_id).first()
    if row is None:
        raise TaskNotFound(task_id)
    before = TaskState(row.state)
    after = rules.TASK_FLOW.after(before, verb)
    late = not rules.undoable(before, row.acted_at, row.expires_at, now) if verb is TaskVerb.UNDO else False
    if late or row.expires_at <= now:
        raise TaskOver(task_id)
    row.state, row.acted_at = after, None if after is TaskState.OPEN else now
    row.save(update_fields=["state", "acted_at"])
    return queries.described([row], now=now)[0]


def _locked(plan_id: str) -> PlanRow:
    row = PlanRow.objects.select_for_update().filter(id=plan_id).first()
    if row is None:
        raise PlanNotFound(plan_id)
    return row


def _write(row: PlanRow, draft: PlanDraft, now: datetime) -> None:
    judge(draft, now)
    for name, value in asdict(draft).items():
        setattr(row, name, value.strip() if name in ("name", "words") else value)
    row.save()


def judge(draft: PlanDraft, now: datetime) -> None:
    """Whether it may be kept. Raises `BadPlan`, `CopyRefused`: what may not be shared may not be suggested either."""
    rules.check(draft)
    compliance.require_usable(rules.sample(draft.words), accounting_date(now))
    if not draft.material_id:
        return
    try:
        usable = materials.shared(draft.material_id).usable(now)
    except MaterialNotFound:
        usable = False
    if not usable:
        raise BadPlan("素材不存在、未通过审核或已下架")


def _draft(row: PlanRow) -> PlanDraft:
    return PlanDraft(
        row.name, Trigger(row.trigger), row.days, row.words, row.material_id, Priority(row.priority), row.valid_days
    )


def _moved(row: PlanRow, verb: str, before: PlanState, by: Principal, reason: str) -> Plan:
    row.save(update_fields=["state", "started_at", "stopped_at"])
    told = ({"state": before.value}, {"state": str(row.state)})
    identity.audit(by, f"followups.{verb}", ("followup_plan", row.id), *told, reason=reason)
    return queries.plan_contract(row)


def _told(row: PlanRow) -> dict[str, Any]:
    """A plan as the trail tells it."""
    return {
        "name": row.name, "trigger": str(row.trigger), "days": row.days, "words": row.words,
        "material": row.material_id, "priority": str(row.priority), "valid_days": row.valid_days,
    }  # fmt: skip
