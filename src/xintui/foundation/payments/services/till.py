"""Payments that never called back: asked after, closed in time, captured when the gateway says so."""

from datetime import datetime

from django.db import transaction
from django.db.models import F, Q

from xintui.foundation.payments import models, rules
from xintui.foundation.payments.gateway import Absent, Gateway, Refused, Seen, Unknown
from xintui.foundation.payments.rules import Terms, Verb
from xintui.foundation.payments.services.calls import Call
from xintui.foundation.payments.services.learn import Source, learn

OPEN = ("created", "prepaid")


def run(gateway: Gateway, *, now: datetime, limit: int) -> int:
    """Look after up to `limit` due payments; how many."""
    done = 0
    while done < limit and (taken := _take(gateway.psp, now)) is not None:
        row, call = taken
        if call is None:
            # Nothing was ever sent under this number: nobody can pay it, and pay_params will refuse it from now on.
            _settle(gateway, Seen(Verb.CLOSE, Terms(row.id)), "timeout", now)
        else:
            _look(gateway, row, call, now)
        done += 1
    return done


@transaction.atomic(durable=True)
def _take(psp: str, now: datetime) -> tuple[models.Payment, Call | None] | None:
    row = (
        models.Payment.objects.select_for_update(skip_locked=True)
        .filter(Q(lease_until=None) | Q(lease_until__lte=now), state__in=OPEN, due_at__lte=now, psp=psp)
        .order_by("due_at", "id")
        .first()
    )
    if row is None:
        return None
    if row.attempts == 0:
        # Closing is marked under the same lock that pay_params takes, so neither can overtake the other.
        models.Payment.objects.filter(id=row.id).update(close_asked_at=now, due_at=rules.next_look(4, now))
        return row, None
    models.Payment.objects.filter(id=row.id).update(lease_until=now + rules.LEASE, looks=F("looks") + 1)
    return row, Call("payment", row.id, "query", now)


def _look(gateway: Gateway, row: models.Payment, call: Call, now: datetime) -> None:
    answer = gateway.query_payment(row.id)
    _recorded(gateway, row, call, answer, now)
    ending = row.close_asked_at is not None or now >= row.expires_at
    if isinstance(answer, Seen) and answer.verb is Verb.PREPAY and ending:
        with transaction.atomic(durable=True):
            closing = Call("payment", row.id, "close", now)
        closed = gateway.close_payment(row.id)
        with transaction.atomic(durable=True):
            closing.close(closed)
            asking = Call("payment", row.id, "query", now)
        # The buyer may have paid in between: only the query after the close is the truth.
        _recorded(gateway, row, asking, gateway.query_payment(row.id), now)
    if isinstance(answer, Absent) and now >= row.expires_at:
        # The gateway refuses a prepay whose time_expire has passed, so none can still be on its way.
        _settle(gateway, Seen(Verb.CLOSE, Terms(row.id)), "timeout", now)


@transaction.atomic(durable=True)
def _recorded(
    gateway: Gateway, row: models.Payment, call: Call, answer: Seen | Absent | Refused | Unknown, now: datetime
) -> None:
    call.close(answer)
    due = rules.next_look(row.looks, now)
    if now < row.expires_at:
        due = min(due, row.expires_at)
    models.Payment.objects.filter(id=row.id, state__in=OPEN).update(lease_until=None, due_at=due)
    if isinstance(answer, Seen):
        learn("payment", answer, Source("query", gateway.mchid, gateway.appid, now))


def _settle(gateway: Gateway, seen: Seen, cause: str, now: datetime) -> None:
    learn("payment", seen, Source(cause, gateway.mchid, gateway.appid, now))
