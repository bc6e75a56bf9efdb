"""注销: asked for, thought over, carried out; what the law keeps is frozen under a pseudonym until its day."""

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db import IntegrityError, transaction

from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Principal
from xintui.infra import secretbox
from xintui.infra.outbox import facade as outbox
from xintui.kernel.ids import new_id
from xintui.kernel.times import accounting_date
from xintui.trust.privacy import queries, tables
from xintui.trust.privacy.contracts import (
    Blocker,
    Erasure,
    ErasureBlocked,
    ErasureNotFound,
    ErasureState,
    FrozenNotFound,
    PersonErased,
    Record,
)
from xintui.trust.privacy.models import Erasure as Row
from xintui.trust.privacy.models import Export, Frozen

PURPOSE: Final = "privacy.frozen"


@transaction.atomic
def ask_to_leave(by: Principal, blockers: Sequence[Blocker], *, now: datetime) -> Erasure:
    """The cooling-off begins. Asking again changes nothing. Raises `ErasureBlocked`."""
    if blockers:
        raise ErasureBlocked("；".join(one.says for one in blockers))
    if known := queries.erasure(by.user_id):
        return known
    due_at = now + timedelta(days=tables.days("cooling_days"))
    row = Row(id=new_id("ers"), user_id=by.user_id, state=ErasureState.COOLING.value, asked_at=now, due_at=due_at)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        row = Row.objects.get(user_id=by.user_id, state=ErasureState.COOLING.value)
    identity.audit(by, "privacy.ask_to_leave", ("user", by.user_id), {}, {"due_at": row.due_at.isoformat()})
    return queries.as_erasure(row)


@transaction.atomic
def stay(by: Principal, *, now: datetime) -> None:
    """The wish is taken back. Raises `ErasureNotFound`."""
    mine = Row.objects.filter(user_id=by.user_id, state=ErasureState.COOLING.value)
    if not mine.update(state=ErasureState.UNDONE.value, ended_at=now):
        raise ErasureNotFound
    identity.audit(by, "privacy.stay", ("user", by.user_id), {"state": "cooling"}, {"state": "undone"})


def due_erasures(*, now: datetime, limit: int = 50) -> tuple[Erasure, ...]:
    """Those whose cooling-off is over."""
    found = Row.objects.filter(state=ErasureState.COOLING.value, due_at__lte=now).order_by("due_at")[:limit]
    return tuple(queries.as_erasure(row) for row in found)


@transaction.atomic
def carry_out(
    erasure_id: str,
    *,
    blockers: Callable[[str], Sequence[Blocker]],
    kept: Callable[[str], Sequence[Record]],
    now: datetime,
) -> bool:
    """Freeze what the law keeps, then say that the person has left. False: something new stands in the way, and waits.

    The row is locked, so that a wish taken back at this moment is either too late or in time, never both.
    """
    row = Row.objects.select_for_update().filter(id=erasure_id, state=ErasureState.COOLING.value).first()
    if row is None:
        return False
    if found := blockers(row.user_id):
        row.held, row.due_at = "；".join(one.says for one in found)[:400], now + timedelta(days=1)
        row.save(update_fields=["held", "due_at"])
        return False
    for one in kept(row.user_id):
        freeze(row.user_id, one.kind, one.object_id, one.what, since=one.since, now=now)
    Export.objects.filter(user_id=row.user_id).update(content=b"", state="expired")
    row.state, row.ended_at, row.held = ErasureState.DONE.value, now, ""
    row.save(update_fields=["state", "ended_at", "held"])
    outbox.publish(PersonErased(row.user_id, now))
    return True


def freeze(user_id: str, kind: str, object_id: str, what: Mapping[str, Any], *, since: date, now: datetime) -> None:
    """Keep one record sealed until its duty ends; a duty that is over keeps nothing."""
    basis = {one.code: one.basis for one in tables.retention()}[kind]
    keep_until = queries.retention_ends(since)[kind]
    if keep_until < accounting_date(now):
        return
    key = new_id("frz")
    sealed = secretbox.seal(json.dumps(what, ensure_ascii=False, sort_keys=True), PURPOSE, key)
    Frozen.objects.create(
        id=key,
        user_id=user_id,
        kind=kind,
        object_id=object_id,
        sealed=sealed,
        basis=basis,
        keep_until=keep_until,
        frozen_at=now,
    )


@transaction.atomic
def look(frozen_id: str, *, by: Principal, reason: str) -> dict[str, Any]:
    """For a legal duty only; who looked and why is written down first. Raises `FrozenNotFound`."""
    row = Frozen.objects.filter(id=frozen_id).first()
    if row is None:
        raise FrozenNotFound
    identity.audit(by, "privacy.look", ("frozen", row.id), {}, {"kind": row.kind}, reason=reason)
    return dict(json.loads(secretbox.unseal(row.sealed, PURPOSE, row.id)))


def for_duty(kind: str, object_ids: Collection[str]) -> dict[str, dict[str, Any]]:
    """What is kept of these objects for this duty, for the module that has to fulfil it (the tax report)."""
    found = Frozen.objects.filter(kind=kind, object_id__in=list(object_ids))
    return {row.object_id: dict(json.loads(secretbox.unseal(row.sealed, PURPOSE, row.id))) for row in found}


@transaction.atomic
def end_frozen(*, now: datetime) -> int:
    """What no duty keeps any longer is gone; how many."""
    return Frozen.objects.filter(keep_until__lt=accounting_date(now)).delete()[0]
