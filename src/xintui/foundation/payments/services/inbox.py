"""Callbacks: kept and answered at once, understood later, in any order and any number of times (rule R8)."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from psycopg.types.json import Jsonb

from xintui.foundation.payments import models, rules
from xintui.foundation.payments.contracts import Callback
from xintui.foundation.payments.gateway import Gateway, Rejected, Seen, Unreadable
from xintui.foundation.payments.rules import Terms, Verb
from xintui.foundation.payments.services.learn import Early, News, Source, Verdict, learn_many, quarantine
from xintui.infra import sql
from xintui.kernel.times import accounting_date

log = logging.getLogger("xintui.payments")
PACKAGE = "xintui.foundation.payments"
MAX_TRIES = 8
SOME = 100
"""Events understood in one transaction."""


def receive(gateway: Gateway, messages: Sequence[Callback]) -> list[bool]:
    """Verify, keep, say yes. False: it did not prove itself, and only that is counted.

    A repeated event is a yes too: what we have already, nobody needs to send again.
    """
    kept, believed = [], []
    for message in messages:
        try:
            envelope = gateway.authenticate(message.headers, message.body, message.now)
        except Rejected as no:
            sql.run(PACKAGE, "count_rejection", {"day": accounting_date(message.now), "reason": no.reason})
            believed.append(False)
            continue
        believed.append(True)
        headers = {name: message.headers[name] for name in gateway.kept if name in message.headers}
        kept.append((envelope.event_id, envelope.event_type, Jsonb(headers), message.body, message.now))
    if kept:
        columns = zip(
            ("ids", "types", "headers", "bodies", "received"), map(list, zip(*kept, strict=True)), strict=True
        )
        sql.run(PACKAGE, "keep", {"psp": gateway.psp, "mch": gateway.mchid, **dict(columns)})
    return believed


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
    """Work through what is due, some events a transaction; several workers share the work by skipping locked rows."""
    done = Taken()
    while done.total < limit:
        words = _take_some(gateways, now, min(SOME, limit - done.total))
        if not words:
            break
        for word in words:
            setattr(done, word, getattr(done, word) + 1)
    return done


@transaction.atomic
def _take_some(gateways: Mapping[str, Gateway], now: datetime, size: int) -> list[str]:
    found = models.InboxEvent.objects.select_for_update(skip_locked=True)
    found = found.filter(state__in=["new", "parked"], due_at__lte=now, psp__in=list(gateways))
    rows = list(found.order_by("due_at", "id")[:size])
    return _taken(gateways, rows, now) if rows else []


def _taken(gateways: Mapping[str, Gateway], rows: Sequence[models.InboxEvent], now: datetime) -> list[str]:
    """All at once; if that fails, one by one, so that an early or poisoned event holds up only itself."""
    try:
        with transaction.atomic():
            verdicts = _understand(gateways, rows, now)
    except Exception as error:
        if len(rows) > 1:
            return [word for row in rows for word in _taken(gateways, [row], now)]
        if isinstance(error, Early):
            return [_park(gateways[rows[0].psp], rows[0], error.kind, now)]
        return [_failed(rows[0], error, now)]
    for verdict in set(verdicts):
        state = "quarantined" if verdict is Verdict.QUARANTINED else "done"
        ids = [row.id for row, said in zip(rows, verdicts, strict=True) if said is verdict]
        models.InboxEvent.objects.filter(id__in=ids).update(state=state, attempts=F("attempts") + 1, note=verdict.value)
    return [verdict.value for verdict in verdicts]


def _source(gateway: Gateway, row: models.InboxEvent, now: datetime) -> Source:
    return Source("callback", row.mch, gateway.appid, now, row.id)


def _understand(gateways: Mapping[str, Gateway], rows: Sequence[models.InboxEvent], now: datetime) -> list[Verdict]:
    verdicts: dict[int, Verdict] = {}
    news: dict[int, News] = {}
    for row in rows:
        gateway = gateways[row.psp]
        source = _source(gateway, row, now)
        try:
            message = gateway.open(bytes(row.body))
        except Unreadable as error:
            seen = Seen(Verb.LOSE, Terms(row.event_id))
            verdicts[row.id] = quarantine("inbox", seen, None, f"无法解读：{error}", source)
        else:
            news[row.id] = News(message.kind, message.seen, source)
    verdicts |= zip(news, learn_many(list(news.values())), strict=True)
    return [verdicts[row.id] for row in rows]


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
