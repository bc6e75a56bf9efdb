"""Sweeps: what is due today, and what is old."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from xintui.engagement.followups import rules, tables
from xintui.engagement.followups.contracts import PlanState, Priority
from xintui.engagement.followups.models import Plan, Task
from xintui.engagement.followups.services import LOCK, make
from xintui.infra import locks
from xintui.kernel.times import accounting_date


@transaction.atomic
def make_due(*, now: datetime) -> int:
    """Every running plan's tasks of today, the most important plan first; how many are new. Once a day is enough, and
    asking again costs a look at the plans.
    """
    locks.exclusive(LOCK)
    today = accounting_date(now)
    due = Plan.objects.filter(Q(made_on=None) | Q(made_on__lt=today), state=PlanState.RUNNING)
    rows = sorted(due, key=lambda row: (-rules.RANKS[Priority(row.priority)], row.id))
    made = sum(make(row, now=now) for row in rows)
    Plan.objects.filter(id__in=[row.id for row in rows]).update(made_on=today)
    return made


@transaction.atomic
def purge(*, now: datetime) -> int:
    """Tasks past their keeping are gone; how many. Their occasion is long past, so none is made again."""
    before = now - timedelta(days=tables.policy(accounting_date(now)).keep_days)
    return Task.objects.filter(made_at__lt=before).delete()[0]
