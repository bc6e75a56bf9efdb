"""What the payment tests do again and again."""

import json
from typing import Any

from tests.support.gateway import Gateway
from xintui.foundation.payments import facade as payments
from xintui.foundation.payments import models
from xintui.foundation.payments.contracts import Channel, PaymentState
from xintui.infra.outbox.models import OutboxEvent

BUYER, PROMOTER = "o_buyer_of_the_tests", "o_promoter_of_the_tests"


def opened(gateway: Gateway, *, fen: int = 100_00, subject: str = "chk01", shared: bool = False) -> str:
    """A payment the buyer can press; its number."""
    now = gateway.now()
    payment = payments.open_payment(subject, fen, BUYER, "一箱苹果", Channel.JSAPI, now=now, shared=shared)
    payments.pay_params(payment.id, now=now)
    return payment.id


def paid(gateway: Gateway, *, fen: int = 100_00, subject: str = "chk01", shared: bool = False) -> str:
    """A captured payment."""
    number = opened(gateway, fen=fen, subject=subject, shared=shared)
    gateway.pay(number)
    assert set(gateway.deliver()) == {204}
    payments.take_inbox(gateway.now())
    assert payments.payment(number).state is PaymentState.CAPTURED
    return number


def work(gateway: Gateway) -> None:
    """One round of the worker."""
    now = gateway.now()
    payments.take_inbox(now)
    payments.send_due(now)
    payments.poll_due(now)


def converge(gateway: Gateway, *, rounds: int = 40, **step: float) -> None:
    """Let time pass and the worker work until every instruction is settled; callbacks come as they may."""
    for _ in range(rounds):
        gateway.deliver()
        work(gateway)
        if not any(m.objects.filter(settled_at=None).exists() for m in (models.Refund, models.Transfer, models.Share)):
            return
        gateway.clock(**(step or {"minutes": 2}))
    raise AssertionError("something is still not settled")


def events(topic: str = "") -> list[dict[str, Any]]:
    """What was published, oldest first."""
    rows = OutboxEvent.objects.filter(topic__startswith=f"payments.{topic}").order_by("id")
    return [_plain(row.payload) for row in rows]


def _plain(payload: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(payload) if isinstance(payload, str) else payload
    return found
