"""What the internet may throw at Alipay's door: nothing forged comes in, nothing signed and wrong is credited."""

import os
import random
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qsl

import pytest
from django.test import Client

from tests.foundation.payments.alipay_desk import form, letter, post, sealed
from tests.foundation.payments.till import events
from tests.support.gateway import ALIPAY_PATH, Letter
from xintui.foundation.payments import facade as payments
from xintui.foundation.payments import models
from xintui.foundation.payments.alipay import messages
from xintui.foundation.payments.contracts import Channel, PaymentState
from xintui.infra import clock
from xintui.simulator.alipay.keys import AlipayKeys
from xintui.simulator.keys import make_keys

pytestmark = pytest.mark.django_db
MUTATIONS = int(os.environ.get("XINTUI_MUTATIONS", "600"))


@pytest.fixture
def keys(gateway_keys: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[AlipayKeys]:
    """Alipay's keys, and no gateway: whatever happens here happens without a call."""
    found = make_keys(gateway_keys).alipay
    monkeypatch.setenv("XINTUI_ALIPAY_DIR", str(found.directory))
    monkeypatch.setenv("XINTUI_ALIPAY_BASE", "http://127.0.0.1:9/gateway.do")
    yield found
    clock.set_for_story(None)


def waiting(keys: AlipayKeys, subject: str = "chk01", fen: int = 100_00) -> str:
    payment = payments.open_payment(subject, fen, "", "茶", Channel.H5, now=clock.now(), psp="alipay")
    payments.pay_params(payment.id, now=clock.now())
    return payment.id


def at(seconds: float) -> str:
    return messages.clock_face(datetime.fromtimestamp(time.time() + seconds, UTC))


# -- forged -----------------------------------------------------------------------------------------


def _mutants(keys: AlipayKeys, true: Letter, params: dict[str, str], dice: random.Random) -> Iterator[Letter]:
    """Endless letters that say something else than a true one, or say it under another signature."""
    signed = dict(parse_qsl(true.body.decode(), keep_blank_values=True))
    for name in signed:
        yield sealed({k: v for k, v in signed.items() if k != name})
        for value in ("", " ", signed[name] + " ", "0" + signed[name], signed[name] * 2, "\u0663"):
            yield sealed(signed | {name: value})
    yield sealed(signed | {"one_more": "1"})
    yield letter(keys, params, key=keys.app_key)
    yield letter(keys, params, sign_type="RSA")
    yield letter(keys, params, sign_type="")
    for seconds in (400, -27 * 3600, 10**8, -(10**9)):
        yield letter(keys, params | {"notify_time": at(seconds)})  # truly signed, but old or early
    for name in ("notify_time", "notify_id"):
        yield letter(keys, {k: v for k, v in params.items() if k != name})
    for lie in (
        b"",
        b"{}",
        true.body + b"&",
        true.body + b"&sign=x",
        true.body + b"&total_amount=0.01",
        true.body[:-9],
    ):
        yield Letter(true.headers, lie, ALIPAY_PATH)
    while True:
        raw, spot = bytearray(true.body), dice.randrange(len(true.body) - 1)
        how = dice.randrange(4)
        if how == 0:
            raw[spot] ^= 1 << dice.randrange(8)
        elif how == 1:
            del raw[spot]
        elif how == 2:
            raw.insert(spot, dice.randrange(256))
        else:
            raw[spot], raw[spot + 1] = raw[spot + 1], raw[spot]
        yield Letter(true.headers, bytes(raw), ALIPAY_PATH)


def _same(one: bytes, other: bytes) -> bool:
    """Two spellings of one form (`%2f`, another order) are one message, and signed as one."""
    try:
        pairs = [sorted(parse_qsl(raw.decode("ascii"), True, True, errors="strict")) for raw in (one, other)]
    except ValueError:
        return False
    return pairs[0] == pairs[1]


def test_of_thousands_of_mutated_notifications_none_is_accepted(keys: AlipayKeys) -> None:
    dice, number = random.Random(20261128), waiting(keys)
    params = form(keys, number, 100_00)
    true, tried = letter(keys, params), 0
    for mutant in _mutants(keys, true, params, dice):
        if _same(mutant.body, true.body):
            continue
        assert post(mutant) == 400, mutant
        tried += 1
        if tried >= MUTATIONS:
            break
    assert models.InboxEvent.objects.count() == 0
    assert sum(payments.rejections(clock.now()).values()) == tried == MUTATIONS
    assert set(payments.rejections(clock.now())) == {"signature", "size", "timestamp", "unreadable", "unsigned"}
    assert post(true) == 200  # the control: the very letter that was mutated is accepted
    assert payments.take_inbox(clock.now()).applied == 1
    assert payments.payment(number).captured_fen == 100_00


def test_the_answer_is_the_one_word_that_alipay_waits_for(keys: AlipayKeys) -> None:
    true = letter(keys, form(keys, waiting(keys), 100_00))
    client, kind = Client(enforce_csrf_checks=True), "application/x-www-form-urlencoded"
    assert client.post(ALIPAY_PATH, true.body, content_type=kind).content == b"success"
    assert client.post(ALIPAY_PATH, true.body + b"&x=1", content_type=kind).content == b"fail"
    assert client.get(ALIPAY_PATH).status_code == 405


# -- signed, and wrong ------------------------------------------------------------------------------

LIES: list[dict[str, str | None]] = [
    *({"total_amount": v} for v in ("0.01", "99.99", "100.01", "-100.00", "0.00", "10000", "1e2", "100.001", "", None)),
    *({"seller_id": v} for v in ("2088000000000001", "", None)),
    *({"app_id": v} for v in ("2021000000000001", "", None)),
    *({"out_trade_no": v} for v in ("SOMEONE_ELSES_ORDER", "", None)),
    *({"trade_status": v} for v in ("success", "TRADE_PENDING", "", None)),
    *({"trade_no": v} for v in ("", None)),
    *({"notify_type": v} for v in ("servicemarket_order_notify", "", None)),
]


@pytest.mark.parametrize("change", LIES, ids=range(len(LIES)))
def test_a_signed_notification_that_differs_in_anything_credits_nothing(
    keys: AlipayKeys, change: dict[str, str | None]
) -> None:
    number = waiting(keys)
    assert post(letter(keys, form(keys, number, 100_00, **change))) == 200
    taken = payments.take_inbox(clock.now())
    assert (taken.quarantined, taken.total) == (1, 1)
    assert (payments.payment(number).state, payments.payment(number).captured_fen) == (PaymentState.PREPAID, 0)
    assert events("captured") == []


def test_a_notification_for_a_payment_of_the_other_gateway_credits_nothing(keys: AlipayKeys) -> None:
    wechat = payments.open_payment("chk01", 100_00, "o_buyer", "茶", Channel.H5, now=clock.now()).id
    models.Payment.objects.filter(id=wechat).update(state="prepaid", attempts=1, mchid="1900000000", appid="wx1")
    assert post(letter(keys, form(keys, wechat, 100_00))) == 200
    assert payments.take_inbox(clock.now()).quarantined == 1
    assert payments.payment(wechat).state is PaymentState.PREPAID


# -- again and again --------------------------------------------------------------------------------


def test_the_same_notification_is_kept_once_and_two_of_one_payment_credit_once(keys: AlipayKeys) -> None:
    number = waiting(keys)
    params = form(keys, number, 100_00)
    again = params | {"notify_time": at(-3600)}
    finished = params | {"notify_id": "another0001", "trade_status": "TRADE_FINISHED"}
    assert [post(letter(keys, one)) for one in (params, again, params, finished)] == [200] * 4
    assert models.InboxEvent.objects.count() == 2
    taken = payments.take_inbox(clock.now())
    assert (taken.applied, taken.stale) == (1, 1)
    assert len(events("captured")) == 1


def test_another_trade_for_a_paid_number_is_somebodys_to_look_at(keys: AlipayKeys) -> None:
    number = waiting(keys)
    post(letter(keys, form(keys, number, 100_00)))
    payments.take_inbox(clock.now())
    post(letter(keys, form(keys, number, 100_00, trade_no="2026112322001999999999999999")))
    assert payments.take_inbox(clock.now()).quarantined == 1
    assert len(events("captured")) == 1


def test_news_of_waiting_or_closing_after_the_payment_changes_nothing(keys: AlipayKeys) -> None:
    number = waiting(keys)
    for status in ("TRADE_SUCCESS", "WAIT_BUYER_PAY", "TRADE_CLOSED"):
        post(letter(keys, form(keys, number, 100_00, trade_status=status)))
    taken = payments.take_inbox(clock.now())
    assert (taken.applied, taken.stale, payments.payment(number).state) == (1, 2, PaymentState.CAPTURED)


def test_a_closed_trade_that_was_given_back_in_full_had_been_paid(keys: AlipayKeys) -> None:
    number = waiting(keys)
    post(letter(keys, form(keys, number, 100_00, trade_status="TRADE_CLOSED", refund_fee="100.00")))
    assert payments.take_inbox(clock.now()).applied == 1
    assert payments.payment(number).state is PaymentState.CAPTURED
