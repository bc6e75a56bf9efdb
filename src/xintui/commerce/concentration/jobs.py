"""The daily look, once a day however often it is asked."""

from datetime import datetime

from django.db import transaction

from xintui.commerce.concentration.models import Progress
from xintui.commerce.concentration.services import look
from xintui.kernel.times import accounting_date


def look_due(*, now: datetime) -> int:
    """`look`, if today nobody has yet; how many cases opened."""
    today = accounting_date(now)
    with transaction.atomic():
        done = Progress.objects.filter(id=1).first()
        if done is not None and done.looked_on >= today:
            return 0
        opened = look(now=now)
        Progress.objects.update_or_create(id=1, defaults={"looked_on": today})
        return opened
