"""What a person does about what machines could not settle: look again now, take a case, close it with a note."""

from datetime import datetime
from typing import Any

from django.db import transaction

from xintui.foundation.payments import models, queries
from xintui.foundation.payments.contracts import Difference, NoteNeeded, NotFound
from xintui.foundation.payments.services.courier import DESKS


@transaction.atomic
def look_now(number: str, *, now: datetime) -> str:
    """Have the next run of the courier look at this number. The kind of bill it is. Raises `NotFound`.

    Nothing is sent twice by this: what was sent before is asked after first.
    """
    bills: dict[str, type[Any]] = {"payment": models.Payment, **{kind: desk.model for kind, desk in DESKS.items()}}
    for kind, model in bills.items():
        if model.objects.filter(pk=number).exists():
            model.objects.filter(pk=number, settled_at=None).update(due_at=now, lease_until=None)
            return kind
    raise NotFound(number)


def assign_difference(difference_id: str, owner: str) -> Difference:
    """Make somebody answerable for it."""
    return queries.as_difference(_assigned(models.Difference, difference_id, owner))


def close_difference(difference_id: str, owner: str, note: str, *, now: datetime) -> Difference:
    """Done, and how. Raises `NoteNeeded` without a note."""
    return queries.as_difference(_closed(models.Difference, difference_id, owner, note, now))


def assign_quarantined(quarantine_id: str, owner: str) -> None:
    _assigned(models.Quarantine, quarantine_id, owner)


def close_quarantined(quarantine_id: str, owner: str, note: str, *, now: datetime) -> None:
    _closed(models.Quarantine, quarantine_id, owner, note, now)


@transaction.atomic
def _assigned(model: type[Any], number: str, owner: str) -> Any:
    model.objects.filter(id=number).exclude(state="closed").update(state="assigned", owner=owner)
    return _found(model, number)


@transaction.atomic
def _closed(model: type[Any], number: str, owner: str, note: str, now: datetime) -> Any:
    if not note.strip():
        raise NoteNeeded
    _found(model, number)
    model.objects.filter(id=number).exclude(state="closed").update(
        state="closed", owner=owner, note=note.strip(), closed_at=now
    )
    return _found(model, number)


def _found(model: type[Any], number: str) -> Any:
    row = model.objects.filter(id=number).first()
    if row is None:
        raise NotFound(number)
    return row
