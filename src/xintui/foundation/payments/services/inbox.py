"""Callbacks: kept and answered at once, understood later, in any order and any number of times (rule R8)."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from xintui.foundation.payments import models, rules
from xintui.foundation.payments.gateway import Gateway, Rejected, Seen, Unreadable
from xintui.foundation.payments.rules import Terms, Verb
from xintui.foundation.payments.services.learn import Early, Source, Verdict, learn, quarantine
from xintui.infra import sql
from xintui.kernel.times import accounting_date

log = logging.getLogger("xintui.payments")
PACKAGE = "xintui.foundation.payments"
MAX_TRIES = 8


def receive(gateway: Gateway, headers: Mapping[str, str], body: bytes, *, now: datetime) -> bool:
    """Verify, keep, say yes. False: it did not prove itself, and only that is counted.

    A repeated event is a yes too: what we have already, nobody needs to send again.
    """
    try:
        envelope = gateway.authenticate(headers, body, now)
    except Rejected as no:
        sql.run(PACKAGE, "count_rejection", {"day": accounting_date(now), "reason": no.reason})
        return False
    row = models.InboxEvent(
        psp=gateway.psp,
        mch=gateway.mchid,
        event_id=envelope.event_id,
        event_type=envelope.event_type,
        headers={name: headers[name] for name in gateway.kept if name in headers},
        body=body,
        received_at=now,
        due_at=now,
    )
    models.InboxEvent.objects.bulk_create([row], ignore_conflicts=True)
    return True


@dataclass
class Taken:
    """What one run over the inbox did."""

    applied: int = 0
    stale: int = 0
    unconfirmed: int = 0
    quarantined: int = 0
    parked: int = 0
    failed: int = 0

    @property
    def total(self) -> int:
        return self.applied + self.stale + self.unconfirmed + self.quarantined + self.parked + self.failed


def take(gateways: Mapping[str, Gateway], *, now: datetime, limit: int = 1000) -> Taken:
    """Work through what is due, one event per transaction; several workers share the work by skipping locked rows."""
    done = Taken()
    while done.total < limit:
        word = _take_one(gateways, now)
        if word is None:
            break
        setattr(done, word, getattr(done, word) + 1)
    return done


@transaction.atomic
def _take_one(gateways: Mapping[str, Gateway], now: datetime) -> str | None:
    row = (
        models.InboxEvent.objects.select_for_update(skip_locked=True)
        .filter(state__in=["new", "parked"], due_at__lte=now, psp__in=list(gateways))
        .order_by("due_at", "id")
        .first()
    )
    if row is None:
        return None
    gateway = gateways[row.psp]
    try:
        with transaction.atomic():
            verdict = _understand(gateway, row, now)
    except Early as early:
        return _park(gateway, row, early.kind, now)
    except Exception as error:
        return _failed(row, error, now)
    state = "quarantined" if verdict is Verdict.QUARANTINED else "done"
    models.InboxEvent.objects.filter(id=row.id).update(state=state, attempts=row.attempts + 1, note=verdict.value)
    return verdict.value


def _source(gateway: Gateway, row: models.InboxEvent, now: datetime) -> Source:
    return Source("callback", row.mch, gateway.appid, now, row.id)


def _understand(gateway: Gateway, row: models.InboxEvent, now: datetime) -> Verdict:
    source = _source(gateway, row, now)
    try:
        message = gateway.open(bytes(row.body))
    except Unreadable as error:
        return quarantine("inbox", Seen(Verb.LOSE, Terms(row.event_id)), None, f"无法解读：{error}", source)
    return learn(message.kind, message.seen, source)


def _park(gateway: Gateway, row: models.InboxEvent, kind: str, now: datetime) -> str:
    """An early event waits for its cause; one whose cause never comes is somebody's to look at."""
    if kind != "refund" or now - row.received_at > rules.PARK_FOR:
        message = gateway.open(bytes(row.body))
        quarantine(message.kind, message.seen, None, "平台没有这张单据", _source(gateway, row, now))
        models.InboxEvent.objects.filter(id=row.id).update(state="quarantined", note="no such bill")
        return "quarantined"
    models.InboxEvent.objects.filter(id=row.id).update(
        state="parked", attempts=row.attempts + 1, due_at=rules.next_look(row.attempts, now)
    )
    return "parked"


def _failed(row: models.InboxEvent, error: Exception, now: datetime) -> str:
    """A bug of ours must not lose a callback: try again, then stop and shout."""
    dead = row.attempts + 1 >= MAX_TRIES
    log.log(logging.ERROR if dead else logging.WARNING, "inbox event %s failed: %s", row.event_id, error)
    models.InboxEvent.objects.filter(id=row.id).update(
        attempts=row.attempts + 1,
        state="dead" if dead else row.state,
        due_at=now + timedelta(seconds=15 * 2**row.attempts),
        note=f"{type(error).__name__}: {error}"[:500],
    )
    return "failed"
