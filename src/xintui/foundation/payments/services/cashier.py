"""The buyer waits at the counter: this is the one place where the gateway is asked while a person looks on."""

from datetime import datetime

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
)
from xintui.foundation.payments.gateway import Gateway, Prepaid, PrepayOrder, Refused, Seen
from xintui.foundation.payments.services.calls import Call
from xintui.foundation.payments.services.learn import Source, learn


def pay_params(
    gateway: Gateway, payment_id: str, *, now: datetime, client_ip: str = "", return_url: str = ""
) -> PayParams:
    """What the buyer's device needs to pay now. Speaks to the gateway: never inside a transaction.

    Asked again, the same number finds the same order. Raises `NotFound`, `NotPayable`, `GatewayUnavailable`,
    `GatewayRefused`.
    """
    row, call = _begin(gateway, payment_id, now, client_ip)
    if call is None:
        return _ready(gateway, row, Prepaid(row.prepay_id, row.cashier_url), now)
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
    if isinstance(answer, Prepaid):
        _prepaid(row, call, answer, now)
        return _ready(gateway, row, answer, now)
    with transaction.atomic():
        call.close(answer)
    if isinstance(answer, Refused):
        _perhaps_paid(gateway, row, now)
        raise GatewayRefused(answer.code, answer.message)
    raise GatewayUnavailable(answer.code)


@transaction.atomic(durable=True)
def _begin(gateway: Gateway, payment_id: str, now: datetime, client_ip: str) -> tuple[models.Payment, Call | None]:
    """Under the row's lock: may it be paid, and must the gateway be asked? The account is written before it is used."""
    row = models.Payment.objects.select_for_update().filter(id=payment_id).first()
    if row is None:
        raise NotFound(payment_id)
    if row.state not in ("created", "prepaid") or row.close_asked_at is not None:
        raise NotPayable(payment_id, row.get_state_display())
    if now >= row.expires_at:
        raise NotPayable(payment_id, "支付已超时")
    if row.prepaid_at is not None and now - row.prepaid_at < rules.PREPAY_LIFE:
        return row, None
    row.attempts += 1
    row.mchid, row.appid = row.mchid or gateway.mchid, row.appid or gateway.appid
    # The first address is part of the order's terms at the gateway, so it stays.
    row.client_ip = row.client_ip or client_ip
    row.due_at = rules.next_look(1, now)
    row.save(update_fields=["attempts", "mchid", "appid", "client_ip", "due_at"])
    return row, Call("payment", row.id, "prepay", now)


@transaction.atomic
def _prepaid(row: models.Payment, call: Call, answer: Prepaid, now: datetime) -> None:
    call.close(answer)
    # A callback may have overtaken this answer: a captured payment stays captured.
    moved = models.Payment.objects.filter(id=row.id, state__in=["created", "prepaid"]).update(
        state="prepaid", prepay_id=answer.prepay_id, cashier_url=answer.url, prepaid_at=now
    )
    if moved and row.state == "created":
        models.Log.objects.create(
            kind="payment", number=row.id, at=now, from_state="created", to_state="prepaid", cause="answer"
        )


def _perhaps_paid(gateway: Gateway, row: models.Payment, now: datetime) -> None:
    """A refusal may mean "this one is paid": look, and take what is true."""
    seen = gateway.query_payment(row.id)
    if isinstance(seen, Seen):
        learn("payment", seen, Source("query", gateway.mchid, gateway.appid, now))
        fresh = models.Payment.objects.get(id=row.id)
        if fresh.state in ("captured", "closed"):
            raise NotPayable(row.id, fresh.get_state_display())


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
