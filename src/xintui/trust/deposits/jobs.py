"""Sweeps: who is told that a part falls due."""

from datetime import datetime, timedelta

from django.db import transaction

from xintui.infra.outbox import facade as outbox
from xintui.kernel.times import accounting_date
from xintui.trust.deposits import models, tables
from xintui.trust.deposits.contracts import PartDue, PartState, State

MOST = 1000


@transaction.atomic
def remind_due(*, now: datetime) -> int:
    """Tell once that a part falls due soon, and once that it did; how many were told. Nothing else follows from it:
    what is not paid only leaves the quota where it is.
    """
    today = accounting_date(now)
    soon = today + timedelta(days=tables.terms(today).remind_days)
    open_ones = models.Deposit.objects.filter(state=State.OPEN)
    due = models.Part.objects.filter(state=PartState.DUE, due_on__lte=soon, deposit_id__in=open_ones.values("id"))
    fresh = due.exclude(reminded="late").exclude(reminded="soon", due_on__gte=today)
    parts = list(fresh.select_for_update(skip_locked=True).order_by("due_on", "id")[:MOST])
    holders = {row.id: row for row in models.Deposit.objects.filter(id__in={part.deposit_id for part in parts})}
    for part in parts:
        late = part.due_on < today
        part.reminded = "late" if late else "soon"
        row = holders[part.deposit_id]
        told = (part.deposit_id, row.holder_kind, row.holder_id, part.id, part.amount_fen, part.due_on, late, now)
        outbox.publish(PartDue(*told))
    models.Part.objects.bulk_update(parts, ["reminded"])
    return len(parts)
