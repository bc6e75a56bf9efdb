"""Sweeps: the search table follows the facts, everybody once a day; invitations end; rebuilding from zero."""

from datetime import datetime

from django.db import transaction

from xintui.promotion.screening import models
from xintui.promotion.screening.services import inviting, refreshing


def refresh_due(*, now: datetime) -> int:
    """Those whose facts changed, then whoever has not been counted today; how many rows were looked at."""
    done = 0
    while taken := refreshing.take(now=now):
        done += taken
    while counted := refreshing.sweep(now=now):
        done += counted
    return done


def rebuild(*, now: datetime) -> int:
    """Every row again from the facts alone; how many. Afterwards the table is what refreshing had left."""
    with transaction.atomic():
        models.Stale.objects.all().delete()
        done = refreshing.sweep(now=now, afresh=True)
    while counted := refreshing.sweep(now=now):
        done += counted
    return done


@transaction.atomic
def expire_due(*, now: datetime) -> int:
    """Invitations that nobody answered in time."""
    return inviting.expire(now=now)
