"""Carries instructions out. Take (committed) → call (no transaction) → record; whoever crashes between is followed by
one who asks first. The number never changes, so the worst a repeated call can do is find the same bill again."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import F, Q

from xintui.foundation.payments import models, rules, vault
from xintui.foundation.payments.contracts import Method, Receiver
from xintui.foundation.payments.gateway import (
    Absent,
    Done,
    Gateway,
    RefundOrder,
    Refused,
    Seen,
    SplitOrder,
    TransferOrder,
    Unknown,
)
from xintui.foundation.payments.rules import Terms, Verb
from xintui.foundation.payments.services.calls import Call
from xintui.foundation.payments.services.learn import Source, learn

log = logging.getLogger("xintui.payments")
Told = Seen | Refused | Unknown
Looked = Seen | Absent | Refused | Unknown
UNSENT: Final = ("created", "unknown")
"""States in which the gateway has not yet said that it knows the number."""


@dataclass(frozen=True)
class Desk:
    """How one kind of instruction is sent and asked after."""

    model: type[Any]
    psp: str
    """Which column says whose work it is; '' for what only one gateway can do."""
    send: Callable[[Gateway, Any], Told]
    look: Callable[[Gateway, Any], Looked]
    pending: tuple[str, ...]
    """States in which the gateway knows the number and has not finished."""


def _send_refund(gateway: Gateway, row: models.Refund) -> Told:
    payment = row.payment
    return gateway.refund(
        RefundOrder(row.id, payment.id, row.amount_fen, payment.amount_fen, payment.currency, row.reason)
    )


def _send_transfer(gateway: Gateway, row: models.Transfer) -> Told:
    name = vault.unseal(bytes(row.user_name), row.id)
    return gateway.transfer(TransferOrder(row.id, row.openid, row.amount_fen, name, row.remark, row.appid))


def _send_share(gateway: Gateway, row: models.Share) -> Told:
    receivers = [Receiver(**one) for one in row.receivers]
    order = SplitOrder(row.id, row.payment.transaction_id, receivers, row.finish, row.description, row.of_share)
    if row.kind == "return":
        return gateway.return_split(order)
    if row.kind == "unfreeze":
        return gateway.unfreeze(order)
    for one in receivers:  # the gateway pays nobody it was not told of before; telling it twice changes nothing
        told = gateway.add_receiver(one)
        if not isinstance(told, Done):
            return told
    return gateway.split(order)


def _look_share(gateway: Gateway, row: models.Share) -> Looked:
    if row.kind == "return":
        return gateway.query_return(row.id, row.of_share)
    return gateway.query_split(row.id, row.payment.transaction_id)


DESKS: Final[Mapping[str, Desk]] = {
    "refund": Desk(
        models.Refund,
        "payment__psp",
        _send_refund,
        lambda g, row: g.query_refund(row.id, row.payment_id),
        ("processing", "abnormal"),
    ),
    "transfer": Desk(
        models.Transfer, "", _send_transfer, lambda g, row: g.query_transfer(row.id), ("waiting", "processing")
    ),
    "share": Desk(models.Share, "payment__psp", _send_share, _look_share, ("processing",)),
}


@dataclass(frozen=True)
class Job:
    """One leased row and the call that is open for it."""

    kind: str
    row: Any
    call: Call


def run(gateway: Gateway, states: Mapping[str, Sequence[str]], *, now: datetime, limit: int) -> int:
    """Work on up to `limit` due rows of these states, one at a time; how many were worked on."""
    done = 0
    for kind, wanted in states.items():
        while done < limit and (job := take(kind, wanted, now, gateway.psp)) is not None:
            work(gateway, job, now)
            done += 1
    return done


@transaction.atomic(durable=True)
def take(kind: str, states: Sequence[str], now: datetime, psp: str) -> Job | None:
    """Lease this gateway's next due row that no other courier holds, and write down that a call is about to be made."""
    desk = DESKS[kind]
    if not desk.psp and psp != Method.WECHAT:
        return None
    mine = {desk.psp: psp} if desk.psp else {}
    row = (
        desk.model.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(Q(lease_until=None) | Q(lease_until__lte=now), settled_at=None, state__in=states, due_at__lte=now)
        .filter(**mine)
        .order_by("due_at", "id")
        .first()
    )
    if row is None:
        return None
    # Anything sent before, answered or not, is asked after first.
    verb = "query" if row.attempts else "send"
    counter = "looks" if row.attempts else "attempts"
    desk.model.objects.filter(id=row.id).update(lease_until=now + rules.LEASE, **{counter: F(counter) + 1})
    return Job(kind, row, Call(kind, row.id, verb, now))


def work(gateway: Gateway, job: Job, now: datetime) -> None:
    """Make the call, and the second one that its answer may ask for."""
    desk, row = DESKS[job.kind], job.row
    if job.call.verb == "send":
        record(gateway, job, desk.send(gateway, row), now)
        return
    answer = desk.look(gateway, row)
    record(gateway, job, answer, now)
    if isinstance(answer, Absent) and row.state in UNSENT and not row.refused_code:
        # It never arrived: the same number goes out again.
        _again(gateway, job, "send", now)
    elif isinstance(answer, Seen) and answer.verb is Verb.AWAIT:
        if row.cancel_asked_at is not None:
            _cancel(gateway, job, now)
        elif not row.package_info:
            # Only the creation's answer carries what the payee's device needs, and ours was lost.
            _again(gateway, job, "send", now)


def _again(gateway: Gateway, job: Job, verb: str, now: datetime) -> None:
    with transaction.atomic(durable=True):
        DESKS[job.kind].model.objects.filter(id=job.row.id).update(attempts=F("attempts") + 1)
        second = Job(job.kind, job.row, Call(job.kind, job.row.id, verb, now))
    record(gateway, second, DESKS[job.kind].send(gateway, job.row), now)


def _cancel(gateway: Gateway, job: Job, now: datetime) -> None:
    """Ask for the withdrawal; whether it came in time is for the next query to say."""
    with transaction.atomic(durable=True):
        call = Call(job.kind, job.row.id, "cancel", now)
    answer: Done | Refused | Unknown = gateway.cancel_transfer(job.row.id)
    with transaction.atomic(durable=True):
        call.close(answer)
        models.Transfer.objects.filter(id=job.row.id).update(due_at=rules.next_look(0, now))


@transaction.atomic(durable=True)
def record(gateway: Gateway, job: Job, answer: Looked, now: datetime) -> None:
    """Write the answer down, learn what it teaches, give the lease back."""
    sent = job.call.verb == "send"
    cause = "answer" if sent else "query"
    source = Source(cause, gateway.mchid, gateway.appid, now)
    row = job.row
    mine = DESKS[job.kind].model.objects.filter(id=row.id)
    job.call.close(answer)
    if isinstance(answer, Absent) and row.refused_code and row.state in UNSENT:
        # Refused when sent and unknown when asked after: evidence of a failure, to be confirmed like any other.
        answer = Seen(Verb.FAIL, Terms(row.id), reason=row.refused_code)
    if job.kind in {"refund", "share"}:
        # The documented order of locks: a bill's payment comes before the bill.
        models.Payment.objects.select_for_update().get(id=row.payment_id)
    # Free the row first: what is learned below decides when to look next, and the last word wins.
    mine.filter(settled_at=None).update(lease_until=None, due_at=rules.next_look(row.attempts + row.looks, now))
    if isinstance(answer, Seen):
        learn(job.kind, answer, source)
        return
    code, message = answer.code, getattr(answer, "message", "")
    change: dict[str, Any] = {"last_code": code[:64], "last_message": message}
    if sent:
        change["refused_code"] = code[:64] if isinstance(answer, Refused) else ""
    if row.state == "created":
        change["state"] = "unknown"
        models.Log.objects.create(
            kind=job.kind, number=row.id, at=now, from_state="created", to_state="unknown", cause=cause, detail=code
        )
    mine.filter(settled_at=None, state__in=UNSENT).update(**change)
