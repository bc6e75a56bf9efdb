"""What a person does about what machines could not settle: look again now, take a case, close it with a note."""

from datetime import datetime
from typing import Any

from django.db import transaction

from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Principal
from xintui.foundation.payments import models, queries
from xintui.foundation.payments.contracts import Difference, NoteNeeded, NotFound
from xintui.foundation.payments.services.courier import DESKS


@transaction.atomic
def look_now(principal: Principal, number: str, *, now: datetime) -> str:
    """Have the next run of the courier look at this number. The kind of bill it is. Raises `NotFound`.

    Nothing is sent twice by this: what was sent before is asked after first.
    """
    bills: dict[str, type[Any]] = {"payment": models.Payment, **{kind: desk.model for kind, desk in DESKS.items()}}
    for kind, model in bills.items():
        row = model.objects.filter(pk=number).first()
        if row is not None:
            asked = model.objects.filter(pk=number, settled_at=None).update(due_at=now, lease_until=None)
            before = {"due_at": row.due_at.isoformat() if row.due_at else "", "state": row.state}
            after = {"due_at": now.isoformat() if asked else "", "state": row.state}
            identity.audit(principal, "payments.look_now", (kind, number), before, after)
            return kind
    raise NotFound(number)


def assign_difference(principal: Principal, difference_id: str, owner: str) -> Difference:
    """Make somebody answerable for it."""
    return queries.as_difference(_assigned(principal, models.Difference, difference_id, owner))


def close_difference(principal: Principal, difference_id: str, note: str, *, now: datetime) -> Difference:
    """Done, by whom and how. Raises `NoteNeeded` without a note."""
    return queries.as_difference(_closed(principal, models.Difference, difference_id, note, now))


def assign_quarantined(principal: Principal, quarantine_id: str, owner: str) -> None:
    _assigned(principal, models.Quarantine, quarantine_id, owner)


def close_quarantined(principal: Principal, quarantine_id: str, note: str, *, now: datetime) -> None:
    _closed(principal, models.Quarantine, quarantine_id, note, now)


@transaction.atomic
def _assigned(principal: Principal, model: type[Any], number: str, owner: str) -> Any:
    row = _open(model, number)
    if row.state != "closed":
        model.objects.filter(id=number).update(state="assigned", owner=owner)
        _audit(principal, "assign", row, {"state": "assigned", "owner": owner})
    return model.objects.get(id=number)


@transaction.atomic
def _closed(principal: Principal, model: type[Any], number: str, note: str, now: datetime) -> Any:
    if not note.strip():
        raise NoteNeeded
    row = _open(model, number)
    if row.state != "closed":
        who = principal.user_id
        model.objects.filter(id=number).update(state="closed", owner=who, note=note.strip(), closed_at=now)
        _audit(principal, "close", row, {"state": "closed", "owner": who}, note.strip())
    return model.objects.get(id=number)


def _open(model: type[Any], number: str) -> Any:
    row = model.objects.select_for_update().filter(id=number).first()
    if row is None:
        raise NotFound(number)
    return row


def _audit(principal: Principal, verb: str, row: Any, after: dict[str, str], reason: str = "") -> None:
    kind, before = type(row).__name__.lower(), {"state": row.state, "owner": row.owner}
    identity.audit(principal, f"payments.{verb}_{kind}", (kind, row.id), before, after, reason=reason)
