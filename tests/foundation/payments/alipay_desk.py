"""What the Alipay tests do again and again: a gateway that speaks both protocols, and notifications signed by hand."""

import time
import uuid
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from tests.support.gateway import ALIPAY_PATH, Gateway, Letter, post
from xintui.foundation.payments import facade as payments
from xintui.foundation.payments.alipay import messages, signing
from xintui.foundation.payments.contracts import Channel, Method, PaymentState
from xintui.simulator.alipay.keys import AlipayKeys


def opened(gateway: Gateway, *, fen: int = 100_00, subject: str = "chk01", channel: Channel = Channel.H5) -> str:
    """A payment whose cashier page the buyer has opened; its number."""
    now = gateway.now()
    payment = payments.open_payment(subject, fen, "", "一箱苹果", channel, now=now, psp=Method.ALIPAY)
    params = payments.pay_params(payment.id, now=now, return_url="http://127.0.0.1/pay/chk01")
    if channel is Channel.H5:
        assert gateway.open_page(params.h5_url).status_code == 200
    return payment.id


def paid(gateway: Gateway, *, fen: int = 100_00, subject: str = "chk01") -> str:
    """A captured payment."""
    number = opened(gateway, fen=fen, subject=subject)
    gateway.pay_alipay(number)
    assert set(gateway.deliver()) == {200}
    payments.take_inbox(gateway.now())
    assert payments.payment(number).state is PaymentState.CAPTURED
    return number


def form(keys: AlipayKeys, number: str, fen: int, **change: str | None) -> dict[str, str]:
    """What a notification of a payment says; a change to None takes the field away."""
    said: dict[str, str | None] = {
        "app_id": keys.app_id,
        "auth_app_id": keys.app_id,
        "seller_id": keys.seller_id,
        "charset": "utf-8",
        "version": "1.0",
        "notify_type": "trade_status_sync",
        "notify_id": uuid.uuid4().hex,
        "notify_time": messages.clock_face(datetime.fromtimestamp(time.time(), UTC)),
        "trade_no": "2026112322001" + number[-15:],
        "out_trade_no": number,
        "subject": "一箱苹果",
        "buyer_id": "2088102122458832",
        "trade_status": "TRADE_SUCCESS",
        "total_amount": messages.yuan(fen),
        "receipt_amount": messages.yuan(fen),
        "gmt_create": "2026-11-23 09:59:00",
        "gmt_payment": "2026-11-23 10:00:00",
    }
    return {name: value for name, value in (said | change).items() if value is not None}


def letter(keys: AlipayKeys, params: dict[str, str], *, key: Any = None, sign_type: str = "RSA2") -> Letter:
    """A notification that is authentic in every respect, whatever its fields say."""
    signature = signing.sign(key or keys.alipay_key, signing.notify_text(params))
    return sealed(params | {"sign_type": sign_type, "sign": signature})


def sealed(params: dict[str, str]) -> Letter:
    headers = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
    return Letter(headers, urlencode(params).encode(), ALIPAY_PATH)


__all__ = ["form", "letter", "opened", "paid", "post", "sealed"]
