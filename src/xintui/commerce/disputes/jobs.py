"""时限: whoever lets a deadline pass has decided; and a word before it does."""

import logging
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from xintui.commerce.disputes import models, tables
from xintui.commerce.disputes.contracts import Side, State, Verb
from xintui.commerce.disputes.services import answering, appealing, paying, rows
from xintui.foundation.identity.contracts import SYSTEM
from xintui.infra.outbox import facade as outbox
from xintui.kernel.errors import DomainError
from xintui.kernel.times import accounting_date

alarm = logging.getLogger("xintui.disputes")
MOST = 1000


def decide_overdue(*, now: datetime, limit: int = 200) -> int:
    """Sweep: decide by rule what was not answered, end what nobody appealed, send again what did not arrive; how many.

    Each in its own transaction: one that cannot be carried out is put off and holds nobody else up.
    """
    watched = ~Q(state=State.ARBITRATION, late=True)  # a person is late: said once, first in the queue from then on
    with transaction.atomic():
        found = models.Case.objects.filter(watched, due_at__lte=now).order_by("due_at")
        due = list(found.values_list("id", flat=True)[:limit])
    done = 0
    for dispute_id in due:
        try:
            done += _decide(dispute_id, now)
        except DomainError as no:
            alarm.error("overdue dispute %s could not go on: %s", dispute_id, no)
            with transaction.atomic():
                models.Case.objects.filter(id=dispute_id, due_at__lte=now).update(due_at=now + rows.AGAIN)
    return done


@transaction.atomic
def _decide(dispute_id: str, now: datetime) -> int:
    row = rows.locked(dispute_id)
    if row.due_at is None or row.due_at > now:
        return 0  # somebody was faster
    match State(row.state):
        case State.ANSWERING | State.OFFERED:
            answering.lapse(row, now)
        case State.ARBITRATION:
            alarm.warning("dispute %s is late: nobody has decided it", row.id)
            row.late = True
            row.save()
            rows.note(row, "late", Side.PLATFORM, by=SYSTEM, now=now, audited=False)
        case State.RULED:
            paying.chase(row, now)
        case State.PAID | State.DENIED if appealing.still_open(row):
            models.Case.objects.filter(id=row.id).update(due_at=now + rows.AGAIN)
            return 0
        case State.PAID | State.DENIED:
            appealing.finish(row, Verb.FINISH, "", now=now)
    return 1


@transaction.atomic
def remind(*, now: datetime) -> int:
    """Tell whoever is waited for, once a step, that the time runs out; how many were told."""
    soon = now + tables.terms(accounting_date(now)).remind
    waiting = models.Case.objects.filter(
        state__in=[State.ANSWERING, State.OFFERED], reminded=False, due_at__gt=now, due_at__lte=soon
    )
    found = list(waiting.select_for_update(skip_locked=True).order_by("due_at", "id")[:MOST])
    for row in found:
        row.reminded = True
        outbox.publish(rows.told(row, "remind", Side.PLATFORM, now, fen=row.offered_fen or row.wanted_fen))
    models.Case.objects.bulk_update(found, ["reminded"])
    return len(found)
