"""Reading: plans with what came of them, and a promoter's tasks as they may be shown."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Final

from django.db.models import QuerySet

from xintui.commerce.orders import facade as orders
from xintui.engagement.followups import rules, tables
from xintui.engagement.followups.contracts import (
    About,
    Figures,
    Plan,
    PlanNotFound,
    PlanState,
    Priority,
    Task,
    TaskNotFound,
    TaskState,
    Trigger,
)
from xintui.engagement.followups.models import Plan as PlanRow
from xintui.engagement.followups.models import Task as Row
from xintui.foundation.identity import facade as identity
from xintui.infra import paging, sql
from xintui.infra.paging import Page, page
from xintui.kernel.times import accounting_date
from xintui.trust.compliance import facade as compliance

HOME: Final = "xintui.engagement.followups"
MOST_COUNTED: Final = 100
Keys = Mapping[str, type]
OPEN_KEYS: Final[Keys] = {"rank": int, "made_at": datetime, "id": str}
ACTED_KEYS: Final[Keys] = {"acted_at": datetime, "id": str}


def plans(*, state: str = "", after: str = "", limit: int = 20) -> Page[Plan]:
    """Newest first."""
    rows = PlanRow.objects.filter(state=state) if state else PlanRow.objects.all()
    return page(rows, plan_contract, keys=["id"], kinds=[str], after=after, limit=limit)


def plan(plan_id: str) -> Plan:
    """Raises `PlanNotFound`."""
    row = PlanRow.objects.filter(id=plan_id).first()
    if row is None:
        raise PlanNotFound(plan_id)
    return plan_contract(row)


def figures(plan_ids: Collection[str], *, now: datetime) -> dict[str, Figures]:
    """What became of these plans' tasks; one statement."""
    again_days = tables.policy(accounting_date(now)).again_days
    params = {"plan_ids": list(plan_ids), "now": now, "again_days": again_days}
    rows = {row.pop("plan_id"): Figures(**row) for row in sql.rows(HOME, "figures", params)}
    return {one: rows.get(one, Figures()) for one in plan_ids}


def again_days(*, now: datetime) -> int:
    """Within how many days a purchase counts as "bought again"."""
    return tables.policy(accounting_date(now)).again_days


def waiting(promoter_id: str, *, now: datetime) -> int:
    """How many tasks wait; beyond 100 it is told as 100."""
    return _open(promoter_id, now)[:MOST_COUNTED].count()


def open_tasks(promoter_id: str, *, now: datetime, order_id: str = "", after: str = "", limit: int = 20) -> Page[Task]:
    """待办: what stands first first; with an order those about the customer who placed it."""
    rows = _of_customer(_open(promoter_id, now), promoter_id, order_id)
    return _shown(rows, OPEN_KEYS, after, limit, now)


def acted_tasks(promoter_id: str, *, now: datetime, order_id: str = "", after: str = "", limit: int = 20) -> Page[Task]:
    """已办: followed up and skipped, the latest first."""
    rows = Row.objects.filter(promoter_id=promoter_id).exclude(state=TaskState.OPEN)
    rows = _of_customer(rows, promoter_id, order_id)
    return _shown(rows, ACTED_KEYS, after, limit, now)


def task(promoter_id: str, task_id: str, *, now: datetime) -> Task:
    """One of hers. Raises `TaskNotFound`."""
    row = Row.objects.filter(promoter_id=promoter_id, id=task_id).first()
    if row is None:
        raise TaskNotFound(task_id)
    return described([row], now=now)[0]


def about(user_id: str, *, after: str = "", limit: int = 20) -> Page[About]:
    """What promoters were reminded of about this person, the latest first."""
    rows = Row.objects.filter(buyer_id=user_id)
    return page(
        rows, lambda row: About(row.id, row.order_id, row.made_at, TaskState(row.state)),
        keys=["made_at", "id"], kinds=[datetime, str], after=after, limit=limit,
    )  # fmt: skip


def described(rows: Iterable[Row], *, now: datetime) -> tuple[Task, ...]:
    """The tasks in words: hints of who, titles as they were bought. Four queries, however many there are."""
    found = list(rows)
    plans_ = {row.id: row for row in PlanRow.objects.filter(id__in={one.plan_id for one in found})}
    hints = identity.hints({one.buyer_id for one in found})
    bought = orders.some({one.order_id for one in found})
    label = compliance.label("disclosure", accounting_date(now)).text
    made = []
    for one in found:
        plan_, order, hint = plans_[one.plan_id], bought.get(one.order_id), hints.get(one.buyer_id)
        titles = {line.product_id: line.title for line in order.lines} if order else {}
        title, name = titles.get(one.product_id, "商品"), hint.name if hint else "**"
        words = rules.fill(plan_.words, rules.called(name), title)
        state = TaskState(one.state)
        made.append(
            Task(
                id=one.id,
                order_id=one.order_id,
                name=name,
                why=rules.why(Trigger(plan_.trigger), name, title, one.occurred_at, accounting_date(now)),
                words=rules.labelled(words, label),
                product_id=one.product_id,
                title=title,
                material_id=plan_.material_id,
                priority=Priority(plan_.priority),
                state=state,
                made_at=one.made_at,
                expires_at=one.expires_at,
                acted_at=one.acted_at,
                undoable=rules.undoable(state, one.acted_at, one.expires_at, now),
            )
        )
    return tuple(made)


def _open(promoter_id: str, now: datetime) -> QuerySet[Row]:
    return Row.objects.filter(promoter_id=promoter_id, state=TaskState.OPEN, expires_at__gt=now)


def _of_customer(rows: QuerySet[Row], promoter_id: str, order_id: str) -> QuerySet[Row]:
    if not order_id:
        return rows
    found = sql.rows(HOME, "customer", {"promoter_id": promoter_id, "order_id": order_id})
    return rows.filter(buyer_id__in=[row["buyer_id"] for row in found])


def _shown(rows: QuerySet[Row], keys: Keys, after: str, limit: int, now: datetime) -> Page[Task]:
    found: Page[Row] = paging.page(
        rows, lambda row: row, keys=list(keys), kinds=list(keys.values()), after=after, limit=limit
    )
    return Page(described(found.items, now=now), found.next)


def plan_contract(row: PlanRow) -> Plan:
    return Plan(
        id=row.id,
        name=row.name,
        trigger=Trigger(row.trigger),
        days=row.days,
        words=row.words,
        material_id=row.material_id,
        priority=Priority(row.priority),
        valid_days=row.valid_days,
        state=PlanState(row.state),
        author_id=row.author_id,
        created_at=row.created_at,
        started_at=row.started_at,
        stopped_at=row.stopped_at,
    )
