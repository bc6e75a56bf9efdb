"""Where somebody waits for the answer: a buyer at the cashier, the gateway with a callback."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from xintui.foundation.payments import gateways, models, queries
from xintui.foundation.payments.contracts import Callback, Method, PayParams, Prepay
from xintui.foundation.payments.services import cashier, inbox
from xintui.kernel.errors import DomainError


def pay_params(payment_id: str, *, now: datetime, client_ip: str = "", return_url: str = "") -> PayParams:
    """What the buyer's device needs to pay now. Speaks to the gateway: call it outside any transaction.

    Raises `NotFound`, `NotPayable`, `GatewayUnavailable`, `GatewayRefused`, `GatewayNotConfigured`.
    """
    gateway = gateways.of(queries.payment(payment_id).psp)
    return cashier.pay_params(gateway, Prepay(payment_id, now, client_ip, return_url))


def prepay_many(asked: Sequence[Prepay]) -> list[str | DomainError]:
    """Make payments known to their gateways, as `pay_params` does with one: the payment's id, or the refusal, for each.

    Speaks to the gateway: call it outside any transaction. Raises `GatewayNotConfigured`.
    """
    ids = [one.payment_id for one in asked]
    psp_of = dict(models.Payment.objects.filter(id__in=ids).values_list("id", "psp"))
    said: dict[int, str | DomainError] = {}
    for psp in sorted(set(psp_of.values()) | {Method.WECHAT.value}):
        mine = {n: one for n, one in enumerate(asked) if psp_of.get(one.payment_id, Method.WECHAT) == psp}
        ready = cashier.prepay_many(gateways.of(psp), list(mine.values())) if mine else []
        for n, answer in zip(mine, ready, strict=True):
            said[n] = answer if isinstance(answer, DomainError) else answer[0].id
    return [said[n] for n in range(len(asked))]


def receive_callback(headers: Mapping[str, str], body: bytes, *, now: datetime, psp: str = Method.WECHAT) -> bool:
    """Keep a callback that proves itself; False for any other. Raises `GatewayNotConfigured`."""
    return receive_callbacks([Callback(headers, body, now)], psp=psp)[0]


def receive_callbacks(messages: Sequence[Callback], *, psp: str = Method.WECHAT) -> list[bool]:
    """`receive_callback` for many: each is verified by itself, what proves itself is kept in one statement."""
    return inbox.receive(gateways.of(psp), messages)
