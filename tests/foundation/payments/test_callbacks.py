"""What the internet may throw at the door: nothing forged comes in, nothing signed and wrong is credited."""

import base64
import copy
import json
import os
import random
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.foundation.payments.till import BUYER, PROMOTER, events
from tests.support import letters
from tests.support.gateway import Letter, post
from tests.support.letters import letter
from xintui.foundation.payments import facade as payments
from xintui.foundation.payments import models
from xintui.foundation.payments.contracts import Channel, PaymentState, RefundState, TransferState
from xintui.infra import clock
from xintui.simulator import crypto
from xintui.simulator.keys import Keys, make_keys

pytestmark = pytest.mark.django_db
MUTATIONS = int(os.environ.get("XINTUI_MUTATIONS", "600"))


@pytest.fixture
def keys(gateway_keys: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Keys]:
    """The platform's keys, and no gateway: whatever happens here happens without a call."""
    monkeypatch.setenv("XINTUI_WECHATPAY_DIR", str(gateway_keys))
    monkeypatch.setenv("XINTUI_WECHATPAY_BASE", "http://127.0.0.1:9")
    yield make_keys(gateway_keys)
    clock.set_for_story(None)


def waiting(keys: Keys, subject: str = "chk01", fen: int = 100_00) -> str:
    """A payment that has been prepaid under these keys' account."""
    payment = payments.open_payment(subject, fen, BUYER, "茶", Channel.JSAPI, now=clock.now())
    models.Payment.objects.filter(id=payment.id).update(
        state="prepaid", attempts=1, mchid=keys.mchid, appid=keys.appid, prepay_id="wx", prepaid_at=clock.now()
    )
    return payment.id


def capture(keys: Keys, number: str, fen: int = 100_00) -> None:
    assert post(letter(keys, "TRANSACTION.SUCCESS", letters.trade(keys, number, fen, BUYER))) == 204
    assert payments.take_inbox(clock.now()).applied == 1


# -- forged -----------------------------------------------------------------------------------------


def _mutants(keys: Keys, true: Letter, dice: random.Random) -> Iterator[Letter]:
    """Endless letters that differ from a true one in something the signature or the protocol covers."""
    signed = (
        "Wechatpay-Timestamp",
        "Wechatpay-Nonce",
        "Wechatpay-Serial",
        "Wechatpay-Signature",
        "Wechatpay-Signature-Type",
    )
    body, headers = true.body, true.headers
    other = keys.platform_serial if headers["Wechatpay-Serial"] == keys.public_key_id else keys.public_key_id
    stamp = int(headers["Wechatpay-Timestamp"])
    for name in signed:
        if name != "Wechatpay-Signature-Type":  # the official SDKs do without it: there is one algorithm anyway
            yield Letter({k: v for k, v in headers.items() if k != name}, body)
        for value in ("", " ", headers[name] + " ", headers[name].swapcase() + "x", headers[name] * 2, "\u0663"):
            yield Letter(headers | {name: value}, body)
    for value in (other, "0" + headers["Wechatpay-Serial"], "00", headers["Wechatpay-Serial"].lower() + "0"):
        yield Letter(headers | {"Wechatpay-Serial": value}, body)
    for shift in (-1, 1, -299, 299, -3600, 3600, -stamp, 10**9):
        yield Letter(headers | {"Wechatpay-Timestamp": str(stamp + shift)}, body)
    yield Letter(headers | {"Wechatpay-Signature": "WECHATPAY/SIGNTEST/" + headers["Wechatpay-Signature"]}, body)
    yield Letter(headers | {"Wechatpay-Signature-Type": "WECHATPAY2-SM2-WITH-SM3"}, body)
    for lie in (
        b"",
        b"{}",
        b"null",
        body + b" ",
        b" " + body,
        body + body,
        json.dumps(json.loads(body)).encode(),
        body[:-1],
    ):
        yield Letter(headers, lie)
    for at in (time.time() - 301, time.time() + 302, time.time() - 3600, 0.0):
        yield letter(keys, "TRANSACTION.SUCCESS", {}, at=at, body=body)  # truly signed, but old or early
    forged = crypto.sign(keys.merchant_key, headers["Wechatpay-Timestamp"], headers["Wechatpay-Nonce"], body.decode())
    yield Letter(headers | {"Wechatpay-Signature": forged}, body)
    while True:
        yield _one_byte(true, dice, signed)


def _one_byte(true: Letter, dice: random.Random, signed: tuple[str, ...]) -> Letter:
    """One bit, byte or character changed, dropped, added or swapped, anywhere in what is signed."""
    if dice.random() < 0.7:
        raw, at = bytearray(true.body), dice.randrange(len(true.body) - 1)
        how = dice.randrange(5)
        if how == 0:
            raw[at] ^= 1 << dice.randrange(8)
        elif how == 1:
            del raw[at]
        elif how == 2:
            raw.insert(at, dice.randrange(256))
        elif how == 3:
            raw[at] = (raw[at] + 1 + dice.randrange(255)) % 256
        else:
            raw[at], raw[at + 1] = raw[at + 1], raw[at]
        return Letter(true.headers, bytes(raw))
    name = dice.choice(signed[:4])
    text, at = true.headers[name], dice.randrange(len(true.headers[name]))
    letter_ = dice.choice("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=")
    changed = (text[:at] + letter_ + text[at + 1 :], text[:at] + text[at + 1 :], text[:at] + letter_ + text[at:])
    return Letter(true.headers | {name: dice.choice(changed)}, true.body)


def test_of_thousands_of_mutated_callbacks_none_is_accepted(keys: Keys) -> None:
    dice = random.Random(20261123)
    number = waiting(keys)
    resource = letters.trade(keys, number, 100_00, BUYER)
    tried = 0
    for serial in (keys.public_key_id, keys.platform_serial):
        true = letter(keys, "TRANSACTION.SUCCESS", resource, serial=serial)
        for mutant in _mutants(keys, true, dice):
            if mutant == true:
                continue  # a swap of equal bytes is no mutation
            assert post(mutant) == 401, mutant
            tried += 1
            if tried % (MUTATIONS // 2) == 0:
                break
    assert tried >= MUTATIONS - 1
    assert models.InboxEvent.objects.count() == 0
    assert sum(payments.rejections(clock.now()).values()) == tried
    assert set(payments.rejections(clock.now())) == {
        "probe", "serial", "signature", "size", "timestamp", "unsigned",
    }  # fmt: skip

    # The control: the very letters that were mutated are accepted, under either key.
    assert post(letter(keys, "TRANSACTION.SUCCESS", resource, serial=keys.platform_serial)) == 204
    assert post(letter(keys, "TRANSACTION.SUCCESS", resource, serial=keys.public_key_id)) == 204
    assert payments.take_inbox(clock.now()).applied == 1
    assert payments.payment(number).state is PaymentState.CAPTURED


@pytest.mark.parametrize(("age", "status"), [(0, 204), (290, 204), (310, 401), (-290, 204), (-310, 401), (3600, 401)])
def test_five_minutes_either_way_and_no_more(keys: Keys, age: int, status: int) -> None:
    assert post(letter(keys, "TRANSACTION.SUCCESS", {}, at=time.time() - age)) == status


def test_of_a_forged_callback_only_a_count_is_kept(keys: Keys) -> None:
    true = letter(keys, "TRANSACTION.SUCCESS", {})
    for _ in range(3):
        post(Letter(true.headers, true.body + b" "))
    assert payments.rejections(clock.now()) == {"signature": 3}
    assert models.InboxEvent.objects.count() == models.Quarantine.objects.count() == 0


# -- signed, and wrong --------------------------------------------------------------------------------

Change = Callable[[dict[str, Any]], None]


def _set(path: str, value: Any) -> Change:
    *parents, name = path.split(".")

    def change(resource: dict[str, Any]) -> None:
        for parent in parents:
            resource = resource[parent]
        resource[name] = value

    return change


def _drop(path: str) -> Change:
    *parents, name = path.split(".")

    def change(resource: dict[str, Any]) -> None:
        for parent in parents:
            resource = resource[parent]
        del resource[name]

    return change


PAYMENT_LIES: list[Change] = [
    *(_set("amount.total", v) for v in (1, 99_99, 100_01, -100_00, 0, 100_00.0, "10000", True, None, [100_00], 10**30)),
    *(_set("amount.currency", v) for v in ("USD", "cny", "", None, 1)),
    *(_set("mchid", v) for v in ("1900000001", "", None)),
    *(_set("appid", v) for v in ("wx0000000000000000", "", None)),
    *(_set("out_trade_no", v) for v in ("SOMEONE_ELSES_ORDER", "", None)),
    *(_set("payer.openid", v) for v in ("o_someone_else", "", None)),
    *(_set("trade_state", v) for v in ("success", "PAID", None, 1)),
    *(_set("transaction_id", v) for v in ("", None, 7)),
    *(_drop(p) for p in ("amount", "amount.total", "amount.currency", "mchid", "appid", "payer", "payer.openid",
                         "out_trade_no", "trade_state", "transaction_id")),
    _set("amount", 100_00),
    _set("payer", BUYER),
]  # fmt: skip


@pytest.mark.parametrize("change", PAYMENT_LIES, ids=range(len(PAYMENT_LIES)))
def test_a_signed_payment_that_differs_in_anything_credits_nothing(keys: Keys, change: Change) -> None:
    number = waiting(keys)
    resource = letters.trade(keys, number, 100_00, BUYER)
    change(resource)
    assert post(letter(keys, "TRANSACTION.SUCCESS", resource)) == 204
    taken = payments.take_inbox(clock.now())

    assert (taken.quarantined, taken.total) == (1, 1)
    assert payments.payment(number).captured_fen == 0
    assert events() == []
    case = models.Quarantine.objects.get()
    assert case.reason and case.proposal
    capture(keys, number)  # the truth is still welcome


def test_a_buyer_cannot_pay_for_an_order_with_another_ones_payment(keys: Keys) -> None:
    dear, cheap = waiting(keys, "chk_dear", 5_000_00), waiting(keys, "chk_cheap", 1)
    post(letter(keys, "TRANSACTION.SUCCESS", letters.trade(keys, dear, 1, BUYER)))
    assert payments.take_inbox(clock.now()).quarantined == 1
    assert payments.payment(dear).captured_fen == payments.payment(cheap).captured_fen == 0


def test_a_second_payment_for_a_captured_one_is_somebodys_money_and_is_quarantined(keys: Keys) -> None:
    number = waiting(keys)
    capture(keys, number)
    again = letters.trade(keys, number, 100_00, BUYER, transaction_id="4200OTHER")
    post(letter(keys, "TRANSACTION.SUCCESS", again))
    assert payments.take_inbox(clock.now()).quarantined == 1
    assert payments.payment(number).captured_fen == 100_00
    assert len(events()) == 1
    assert "4200OTHER" in models.Quarantine.objects.get().proposal


def test_money_for_a_closed_payment_is_quarantined(keys: Keys) -> None:
    number = waiting(keys)
    models.Payment.objects.update(state="closed")
    post(letter(keys, "TRANSACTION.SUCCESS", letters.trade(keys, number, 100_00, BUYER)))
    assert payments.take_inbox(clock.now()).quarantined == 1
    assert payments.payment(number).state is PaymentState.CLOSED


REFUND_LIES: list[Change] = [
    *(_set("amount.refund", v) for v in (1, 40_01, 40_00.0, "4000", None)),
    _set("amount.currency", "USD"), _set("mchid", "1900000001"), _set("out_trade_no", "pay_of_another"),
    _set("refund_status", "success"), _drop("amount"), _drop("mchid"), _drop("out_trade_no"),
]  # fmt: skip


@pytest.mark.parametrize("change", REFUND_LIES, ids=range(len(REFUND_LIES)))
def test_a_signed_refund_that_differs_in_anything_settles_nothing(keys: Keys, change: Change) -> None:
    number = waiting(keys)
    capture(keys, number)
    payments.request_refund("rfd01", number, 40_00, "", now=clock.now())
    resource = letters.refund(keys, "rfd01", number, 40_00, 100_00)
    change(resource)
    post(letter(keys, "REFUND.SUCCESS", resource))
    assert payments.take_inbox(clock.now()).quarantined == 1
    assert payments.refund("rfd01").state is RefundState.CREATED
    assert events("refund") == []


TRANSFER_LIES: list[Change] = [
    *(_set("transfer_amount", v) for v in (1, 88_01, 88_00.0, "8800", None)),
    _set("openid", "o_someone_else"), _set("mch_id", "1900000001"), _set("out_bill_no", "trf_unknown"),
    _set("state", "PAID"), _drop("transfer_amount"), _drop("openid"), _drop("mch_id"),
]  # fmt: skip


@pytest.mark.parametrize("change", TRANSFER_LIES, ids=range(len(TRANSFER_LIES)))
def test_a_signed_transfer_that_differs_in_anything_settles_nothing(keys: Keys, change: Change) -> None:
    payments.request_transfer("trf01", "wdr01", PROMOTER, 88_00, "", "佣金", now=clock.now())
    resource = letters.transfer(keys, "trf01", 88_00, PROMOTER)
    change(resource)
    post(letter(keys, "MCHTRANSFER.BILL.FINISHED", resource))
    assert payments.take_inbox(clock.now()).quarantined == 1
    assert payments.transfer("trf01").state is TransferState.CREATED
    assert events("transfer") == []


@pytest.mark.parametrize(
    "body",
    [
        {"id": "1", "event_type": "TRANSACTION.SUCCESS"},
        {"id": "1", "event_type": "TRANSACTION.SUCCESS", "resource_type": "plain", "resource": {}},
        {"id": "1", "event_type": "TRANSACTION.SUCCESS", "resource_type": "encrypt-resource",
         "resource": {"algorithm": "AEAD_AES_256_GCM", "nonce": "abcdefghijkl", "ciphertext": "AAAA"}},
    ],
)  # fmt: skip
def test_signed_but_unreadable_is_kept_for_a_person(keys: Keys, body: dict[str, Any]) -> None:
    assert post(letter(keys, "X", {}, body=json.dumps(body).encode())) == 204
    assert payments.take_inbox(clock.now()).quarantined == 1
    assert models.InboxEvent.objects.get().state == "quarantined"


# -- out of order -------------------------------------------------------------------------------------


def test_a_refund_told_before_we_know_it_waits_and_is_settled_when_we_do(keys: Keys) -> None:
    number = waiting(keys)
    post(letter(keys, "REFUND.SUCCESS", letters.refund(keys, "rfd01", number, 40_00, 100_00)))
    assert payments.take_inbox(clock.now()).parked == 1
    capture(keys, number)
    payments.request_refund("rfd01", number, 40_00, "", now=clock.now())
    assert payments.take_inbox(clock.now() + timedelta(seconds=30)).applied == 1
    assert payments.refund("rfd01").state is RefundState.SUCCEEDED
    assert len(events("refund_settled")) == 1


def test_a_refund_nobody_here_ever_asked_for_ends_in_quarantine(keys: Keys) -> None:
    number = waiting(keys)
    capture(keys, number)
    post(letter(keys, "REFUND.SUCCESS", letters.refund(keys, "rfdx", number, 40_00, 100_00)))
    assert payments.take_inbox(clock.now()).parked == 1
    later = clock.now() + timedelta(hours=27)
    assert payments.take_inbox(later).quarantined == 1
    assert payments.payment(number).refunded_fen == 0


def test_a_refund_that_failed_here_and_succeeded_there_is_an_alarm_not_a_correction(keys: Keys) -> None:
    number = waiting(keys)
    capture(keys, number)
    payments.request_refund("rfd01", number, 40_00, "", now=clock.now())
    models.Refund.objects.update(state="failed", settled_at=clock.now())
    post(letter(keys, "REFUND.SUCCESS", letters.refund(keys, "rfd01", number, 40_00, 100_00)))
    assert payments.take_inbox(clock.now()).quarantined == 1
    assert payments.refund("rfd01").state is RefundState.FAILED


def test_a_bug_of_ours_does_not_lose_a_callback(keys: Keys, monkeypatch: pytest.MonkeyPatch) -> None:
    from xintui.foundation.payments.services import inbox

    number = waiting(keys)
    post(letter(keys, "TRANSACTION.SUCCESS", letters.trade(keys, number, 100_00, BUYER)))
    with monkeypatch.context() as patch:
        patch.setattr(inbox, "learn_many", lambda *_: 1 / 0)
        assert payments.take_inbox(clock.now()).failed == 1
    assert models.InboxEvent.objects.get().note.startswith("ZeroDivisionError")
    assert payments.take_inbox(clock.now() + timedelta(minutes=1)).applied == 1
    assert payments.payment(number).captured_fen == 100_00


def test_the_inbox_keeps_the_bytes_as_they_came(keys: Keys) -> None:
    sent = letter(keys, "TRANSACTION.SUCCESS", {"a": 1}, event_id="EV1")
    post(sent)
    post(copy.copy(sent))
    row = models.InboxEvent.objects.get()
    assert bytes(row.body) == sent.body
    assert row.headers["wechatpay-signature"] == sent.headers["Wechatpay-Signature"]
    assert (row.psp, row.mch, row.event_id) == ("wechat", keys.mchid, "EV1")
    assert base64.b64decode(row.headers["wechatpay-signature"])
