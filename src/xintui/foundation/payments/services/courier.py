"""Carries instructions out, some at a time. Take (committed) → call (no transaction) → record; whoever crashes between
is followed by one who asks first. The number never changes: the worst a repeated call can do is find the same bill."""

import logging
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
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
from xintui.foundation.payments.services.calls import Call, close, open_many
from xintui.foundation.payments.services.learn import News, Source, learn_many

log = logging.getLogger("xintui.payments")
Told = Seen | Refused | Unknown
Looked = Seen | Absent | Refused | Unknown
UNSENT: Final = ("created", "unknown")
"""States in which the gateway has not yet said that it knows the number."""
SOME, LINES = 12, 4
"""How many bills a courier leases at once, and how many calls are under way at a time: three calls one after the other,
each as slow as it may be, are over before the lease is (`rules.LEASE`)."""


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
    some: int = SOME


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
    "share": Desk(models.Share, "payment__psp", _send_share, _look_share, ("processing",), LINES),
}


@dataclass(frozen=True)
class Job:
    """One leased row and the call that is open for it."""

    kind: str
    row: Any
    call: Call


def run(gateway: Gateway, states: Mapping[str, Sequence[str]], *, now: datetime, limit: int) -> int:
    """Work on up to `limit` due rows of these states, some at a time; how many were worked on."""
    done = 0
    for kind, wanted in states.items():
        while done < limit and (jobs := take(kind, wanted, now, gateway.psp, min(DESKS[kind].some, limit - done))):
            work(gateway, jobs, now)
            done += len(jobs)
    return done


@transaction.atomic(durable=True)
def take(kind: str, states: Sequence[str], now: datetime, psp: str, size: int) -> list[Job]:
    """Lease this gateway's next due rows that no other courier holds; write down that calls are about to be made."""
    desk = DESKS[kind]
    if not desk.psp and psp != Method.WECHAT:
        return []
    mine = {desk.psp: psp} if desk.psp else {}
    found = (
        desk.model.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(Q(lease_until=None) | Q(lease_until__lte=now), settled_at=None, state__in=states, due_at__lte=now)
        .filter(**mine)
        .order_by("due_at", "id")
    )
    rows = list((found.select_related("payment") if desk.psp else found)[:size])
    jobs = []
    # Anything sent before, answered or not, is asked after first.
    for verb, counter, some in (
        ("send", "attempts", [row for row in rows if not row.attempts]),
        ("query", "looks", [row for row in rows if row.attempts]),
    ):
        if some:
            leased = desk.model.objects.filter(id__in=[row.id for row in some])
            leased.update(lease_until=now + rules.LEASE, **{counter: F(counter) + 1})
            calls = open_many(kind, verb, [(row.id, now) for row in some])
            jobs += [Job(kind, row, call) for row, call in zip(some, calls, strict=True)]
    return jobs


def work(gateway: Gateway, jobs: Sequence[Job], now: datetime) -> None:
    """Make the calls, and the second ones that answers may ask for."""
    answers = _called(gateway, jobs)
    record(gateway, list(zip(jobs, answers, strict=True)), now)
    for job, answer in zip(jobs, answers, strict=True):
        if job.call.verb != "send":
            _follow(gateway, job, answer, now)


def _called(gateway: Gateway, jobs: Sequence[Job]) -> list[Looked]:
    """On several lines at once: each waits for the network, not for us."""
    if len(jobs) == 1:
        return [_call(gateway, jobs[0])]
    with ThreadPoolExecutor(min(LINES, len(jobs))) as lines:
        return list(lines.map(lambda job: _call(gateway, job), jobs))


def _call(gateway: Gateway, job: Job) -> Looked:
    desk = DESKS[job.kind]
    job.call.started()
    answer = desk.send(gateway, job.row) if job.call.verb == "send" else desk.look(gateway, job.row)
    job.call.hung_up()
    return answer


def _follow(gateway: Gateway, job: Job, answer: Looked, now: datetime) -> None:
    row = job.row
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
    record(gateway, [(second, _call(gateway, second))], now)


def _cancel(gateway: Gateway, job: Job, now: datetime) -> None:
    """Ask for the withdrawal; whether it came in time is for the next query to say."""
    with transaction.atomic(durable=True):
        call = Call(job.kind, job.row.id, "cancel", now)
    answer: Done | Refused | Unknown = gateway.cancel_transfer(job.row.id)
    with transaction.atomic(durable=True):
        call.close(answer)
        models.Transfer.objects.filter(id=job.row.id).update(due_at=rules.next_look(0, now))


def record(gateway: Gateway, told: Sequence[tuple[Job, Looked]], now: datetime) -> None:
    """Write the answers down together; if that fails, each alone, so that a poisoned one holds up only itself."""
    try:
        _record(gateway, told, now)
    except Exception:
        if len(told) == 1:
            raise
        log.exception("answers are written down one by one")
        failed = []
        for one in told:
            try:
                _record(gateway, [one], now)
            except Exception as error:
                failed.append(error)
        if failed:
            raise failed[0] from None


@transaction.atomic(durable=True)
def _record(gateway: Gateway, told: Sequence[tuple[Job, Looked]], now: datetime) -> None:
    """Write answers down, learn what they teach, give the leases back. One kind of bill at a time."""
    kind = told[0][0].kind
    close([(job.call, answer) for job, answer in told])
    if kind in {"refund", "share"}:
        # The documented order of locks: a bill's payment comes before the bill.
        paid = {job.row.payment_id for job, _ in told}
        list(models.Payment.objects.select_for_update().filter(id__in=paid).order_by("id").values_list("id"))
    # Free the rows first: what is learned below decides when to look next, and the last word wins.
    tries: dict[int, list[str]] = defaultdict(list)
    for job, _ in told:
        tries[job.row.attempts + job.row.looks].append(job.row.id)
    for times, ids in tries.items():
        DESKS[kind].model.objects.filter(id__in=ids, settled_at=None).update(
            lease_until=None, due_at=rules.next_look(times, now)
        )
    news = []
    for job, answer in told:
        cause = "answer" if job.call.verb == "send" else "query"
        seen = _seen(job, answer)
        if seen is not None:
            news.append(News(kind, seen, Source(cause, gateway.mchid, gateway.appid, now)))
        else:
            _nothing_seen(job, answer, cause, now)
    if news:
        learn_many(news)


def _seen(job: Job, answer: Looked) -> Seen | None:
    """Refused when sent and unknown when asked after: evidence of a failure, to be confirmed like any other."""
    if isinstance(answer, Absent) and job.row.refused_code and job.row.state in UNSENT:
        return Seen(Verb.FAIL, Terms(job.row.id), reason=job.row.refused_code)
    return answer if isinstance(answer, Seen) else None


def _nothing_seen(job: Job, answer: Looked, cause: str, now: datetime) -> None:
    """The gateway did not say how the bill stands."""
    assert not isinstance(answer, Seen)
    row = job.row
    change: dict[str, Any] = {"last_code": answer.code[:64], "last_message": getattr(answer, "message", "")}
    if job.call.verb == "send":
        change["refused_code"] = answer.code[:64] if isinstance(answer, Refused) else ""
    if row.state == "created":
        change["state"] = "unknown"
        models.Log.objects.create(
            kind=job.kind,
            number=row.id,
            at=now,
            from_state="created",
            to_state="unknown",
            cause=cause,
            detail=answer.code,
        )
    DESKS[job.kind].model.objects.filter(id=row.id, settled_at=None, state__in=UNSENT).update(**change)
