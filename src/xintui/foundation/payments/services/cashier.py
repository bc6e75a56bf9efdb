"""The buyer waits at the counter: this is the one place where the gateway is asked while a person looks on."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Final

from django.db import transaction

from xintui.foundation.payments import models, rules
from xintui.foundation.payments.contracts import (
    Channel,
    GatewayRefused,
    GatewayUnavailable,
    Method,
    NotFound,
    NotPayable,
    PayParams,
    Prepay,
)
from xintui.foundation.payments.gateway import Gateway, Prepaid, PrepayOrder, Refused, Seen, Unknown
from xintui.foundation.payments.services.calls import PACKAGE, Call, close, open_many
from xintui.foundation.payments.services.learn import Source, learn
from xintui.infra import batches, sql
from xintui.kernel.errors import DomainError

LINES: Final = 4
"""How many calls of a batch are under way at once."""
Job = tuple[models.Payment, Call | None]
"""A payment, and the call that is open for it if the gateway must be asked."""
Answer = Prepaid | Refused | Unknown
Ready = tuple[models.Payment, Prepaid]


def pay_params(gateway: Gateway, asked: Prepay) -> PayParams:
    """What the buyer's device needs to pay now. Speaks to the gateway: never inside a transaction.

    Asked again, the same number finds the same order. Raises `NotFound`, `NotPayable`, `GatewayUnavailable`,
    `GatewayRefused`.
    """
    row, prepaid = batches.only(prepay_many(gateway, [asked]))
    return _ready(gateway, row, prepaid, asked.now)


def prepay_many(gateway: Gateway, asked: Sequence[Prepay]) -> list[Ready | DomainError]:
    """Make payments known to the gateway, a call each; each answer is the payment with its prepay, or the refusal."""
    begun = _begun(gateway, asked)
    calls = [job for job in begun if not isinstance(job, DomainError) and job[1] is not None]
    back = {one.payment_id: one.return_url for one in asked}
    answers = dict(zip((job[0].id for job in calls), _asked(gateway, calls, back), strict=True))
    _recorded(calls, answers, asked)
    said: list[Ready | DomainError] = []
    for one, job in zip(asked, begun, strict=True):
        said.append(job if isinstance(job, DomainError) else _said(gateway, job, answers.get(one.payment_id), one.now))
    return said


@transaction.atomic(durable=True)
def _begun(gateway: Gateway, asked: Sequence[Prepay]) -> list[Job | DomainError]:
    return batches.each(lambda some: _begin(gateway, some), asked, apart=lambda one: one.payment_id)


def _begin(gateway: Gateway, asked: Sequence[Prepay]) -> list[Job]:
    """Under the rows' locks: may they be paid, must the gateway be asked? The account is written before it is used."""
    ids = [one.payment_id for one in asked]
    rows = {row.id: row for row in models.Payment.objects.select_for_update().filter(id__in=ids).order_by("id")}
    fresh = []
    for one in asked:
        row = rows.get(one.payment_id)
        if row is None:
            raise NotFound(one.payment_id)
        if row.state not in ("created", "prepaid") or row.close_asked_at is not None:
            raise NotPayable(row.id, row.get_state_display())
        if one.now >= row.expires_at:
            raise NotPayable(row.id, "支付已超时")
        if row.prepaid_at is None or one.now - row.prepaid_at >= rules.PREPAY_LIFE:
            row.client_ip = row.client_ip or one.client_ip
            fresh.append(one)
    if not fresh:
        return [(rows[number], None) for number in ids]
    sql.run(
        PACKAGE,
        "begin_prepay",
        {
            "mchid": gateway.mchid,
            "appid": gateway.appid,
            "ids": [one.payment_id for one in fresh],
            "due_at": [rules.next_look(1, one.now) for one in fresh],
            "ips": [one.client_ip for one in fresh],
        },
    )
    opened = open_many("payment", "prepay", [(one.payment_id, one.now) for one in fresh])
    calls = {call.number: call for call in opened}
    return [(rows[number], calls.get(number)) for number in ids]


def _asked(gateway: Gateway, jobs: Sequence[Job], back: Mapping[str, str]) -> list[Answer]:
    """The calls themselves. The cashier asks on several lines at once: each waits for the network, not for us."""
    if len(jobs) <= 1:
        return [_ask(gateway, job, back[job[0].id]) for job in jobs]
    with ThreadPoolExecutor(min(LINES, len(jobs))) as lines:
        return list(lines.map(lambda job: _ask(gateway, job, back[job[0].id]), jobs))


def _ask(gateway: Gateway, job: Job, return_url: str) -> Answer:
    row, call = job
    assert call is not None
    call.started()
    answer = gateway.prepay(
        PrepayOrder(
            number=row.id,
            channel=Channel(row.channel),
            amount_fen=row.amount_fen,
            currency=row.currency,
            description=row.description,
            openid=row.payer_openid,
            client_ip=row.client_ip,
            expires_at=row.expires_at,
            shared=row.shared,
            return_url=return_url,
        )
    )
    call.hung_up()
    return answer


@transaction.atomic
def _recorded(calls: Sequence[Job], answers: Mapping[str, Answer], asked: Sequence[Prepay]) -> None:
    if not calls:
        return
    close([(call, answers[row.id]) for row, call in calls if call is not None])
    at = {one.payment_id: one.now for one in asked}
    good = [(row, told) for row, _ in calls if isinstance(told := answers[row.id], Prepaid)]
    if good:
        sql.run(
            PACKAGE,
            "prepaid",
            {
                "ids": [row.id for row, _ in good],
                "prepay_ids": [told.prepay_id for _, told in good],
                "urls": [told.url for _, told in good],
                "at": [at[row.id] for row, _ in good],
                "was": [row.state for row, _ in good],
            },
        )


def _said(gateway: Gateway, job: Job, answer: Answer | None, now: datetime) -> Ready | DomainError:
    row, call = job
    if call is None:
        return row, Prepaid(row.prepay_id, row.cashier_url)
    if isinstance(answer, Prepaid):
        return row, answer
    if isinstance(answer, Refused):
        return _perhaps_paid(gateway, row, now) or GatewayRefused(answer.code, answer.message)
    assert answer is not None
    return GatewayUnavailable(answer.code)


def _perhaps_paid(gateway: Gateway, row: models.Payment, now: datetime) -> NotPayable | None:
    """A refusal may mean "this one is paid": look, and take what is true."""
    seen = gateway.query_payment(row.id)
    if isinstance(seen, Seen):
        learn("payment", seen, Source("query", gateway.mchid, gateway.appid, now))
        fresh = models.Payment.objects.get(id=row.id)
        if fresh.state in ("captured", "closed"):
            return NotPayable(row.id, fresh.get_state_display())
    return None


def _ready(gateway: Gateway, row: models.Payment, prepaid: Prepaid, now: datetime) -> PayParams:
    channel = Channel(row.channel)
    return PayParams(
        payment_id=row.id,
        method=Method(row.psp),
        channel=channel,
        params=gateway.pay_params(prepaid.prepay_id, now) if channel is Channel.JSAPI else {},
        code_url=prepaid.url if channel is Channel.NATIVE else "",
        h5_url=prepaid.url if channel is Channel.H5 else "",
    )
