"""Somebody leaves: what she read, sat and booked goes with her, and her certificates."""

from datetime import datetime

from django.db import transaction

from xintui.engagement.academy import models
from xintui.engagement.academy.contracts import BookingState
from xintui.engagement.academy.services import seats
from xintui.promotion.promoters import facade as promoters


@transaction.atomic
def forget(user_id: str, *, now: datetime) -> None:
    """Everything about somebody who has left; a seat to come is another's."""
    promoter = promoters.by_user(user_id)
    if promoter is None:
        return
    coming = models.Session.objects.filter(starts_at__gt=now).values_list("id", flat=True)
    mine = models.Booking.objects.filter(promoter_id=promoter.id, state=BookingState.BOOKED, session_id__in=coming)
    for session_id in mine.order_by("session_id").values_list("session_id", flat=True):
        seats.give_back(session_id, promoter.id, now=now)
    for table in (models.Reading, models.Sitting, models.Day, models.Certificate, models.Booking, models.Month):
        table._default_manager.filter(promoter_id=promoter.id).delete()
