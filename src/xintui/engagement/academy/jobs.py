"""What time does: a sitting whose clock has run out is graded, a certificate whose year is over ends."""

from datetime import datetime
from typing import Final

from django.db import transaction

from xintui.engagement.academy import rules
from xintui.engagement.academy.contracts import CertificateEnding, CertificateState, SittingState
from xintui.engagement.academy.models import Certificate, Sitting
from xintui.engagement.academy.services import certificates, exams
from xintui.infra.outbox import facade as outbox

BATCH: Final = 500


@transaction.atomic
def end_due(*, now: datetime) -> int:
    """Nobody handed these in: what was answered is graded; how many."""
    rows = Sitting.objects.select_for_update(skip_locked=True).filter(state=SittingState.OPEN, due_at__lte=now)
    found = list(rows.order_by("id")[:BATCH])
    for row in found:
        exams.end(row, row.due_at)
    return len(found)


@transaction.atomic
def remind_due(*, now: datetime) -> int:
    """Tell once when the days in which it can be renewed begin; how many."""
    rows = Certificate.objects.select_for_update(skip_locked=True).filter(
        state=CertificateState.VALID, reminded=False, expires_at__gt=now, expires_at__lte=now + rules.RENEW
    )
    found = list(rows.order_by("id")[:BATCH])
    for row in found:
        outbox.publish(CertificateEnding(row.id, row.promoter_id, row.title, row.expires_at, now))
    Certificate.objects.filter(id__in=[row.id for row in found]).update(reminded=True)
    return len(found)


@transaction.atomic
def expire_due(*, now: datetime) -> int:
    """Certificates that hold no longer; how many."""
    rows = Certificate.objects.select_for_update(skip_locked=True).filter(
        state=CertificateState.VALID, expires_at__lte=now
    )
    found = list(rows.order_by("id")[:BATCH])
    for row in found:
        certificates.expire(row, now)
    return len(found)
