"""A batch at the cashier or in the inbox is its rows one by one, in a fixed number of statements."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.foundation.payments.till import BUYER, events
from tests.support import letters
from tests.support.gateway import Gateway
from tests.support.letters import letter
from xintui.foundation.payments import facade as payments
from xintui.foundation.payments import models
from xintui.foundation.payments.contracts import (
    BadAmount,
    Callback,
    Channel,
    Charge,
    GatewayUnavailable,
    NotFound,
    NotPayable,
    PaymentState,
    Prepay,
    RequestedDifferently,
)

pytestmark = pytest.mark.django_db


def charge(gateway: Gateway, n: int, fen: int = 100) -> Charge:
    return Charge(f"chk{n:04d}", fen, BUYER, "茶", Channel.JSAPI, gateway.now())


def test_charges_are_opened_once_a_subject_and_all_or_none(gateway: Gateway) -> None:
    first = payments.open_payments([charge(gateway, n) for n in range(3)])
    again = payments.open_payments([charge(gateway, n) for n in (2, 3)])
    assert [one.subject for one in first] == ["chk0000", "chk0001", "chk0002"]
    assert again[0] == first[2] and again[1].id != first[2].id
    with pytest.raises(RequestedDifferently):
        payments.open_payments([charge(gateway, 4), charge(gateway, 0, fen=101)])
    with pytest.raises(BadAmount):
        payments.open_payments([charge(gateway, 4), charge(gateway, 5, fen=0)])
    assert models.Payment.objects.count() == 4


def test_many_are_prepaid_like_one_and_refused_by_row(gateway: Gateway) -> None:
    now = gateway.now()
    made = [one.id for one in payments.open_payments([charge(gateway, n) for n in range(4)])]
    payments.close_payment(made[1], now=now)
    late = now + timedelta(hours=1)
    said = payments.prepay_many(
        [
            Prepay(made[0], now),
            Prepay(made[1], now),
            Prepay("pay-none", now),
            Prepay(made[2], late),
            Prepay(made[3], now),
        ]
    )
    assert [one if isinstance(one, str) else type(one) for one in said] == [
        made[0], NotPayable, NotFound, NotPayable, made[3],
    ]  # fmt: skip
    rows = {row.id: row for row in models.Payment.objects.all()}
    assert [(rows[one].state, rows[one].attempts, bool(rows[one].prepay_id)) for one in made] == [
        ("prepaid", 1, True), ("created", 0, False), ("created", 0, False), ("prepaid", 1, True),
    ]  # fmt: skip
    calls = models.Attempt.objects.order_by("number").values_list("number", "verb", "outcome")
    assert list(calls) == [(one, "prepay", "ok") for one in sorted([made[0], made[3]])]
    assert models.Attempt.objects.filter(finished_at=None).count() == 0
    log = models.Log.objects.values_list("number", "from_state", "to_state", "cause")
    assert sorted(log) == sorted((one, "created", "prepaid", "answer") for one in (made[0], made[3]))
    # Known to the gateway already: nobody is asked again.
    assert payments.prepay_many([Prepay(made[0], now)]) == [made[0]]
    assert models.Attempt.objects.count() == 2
    gateway.pay(made[3])


def test_a_silent_gateway_is_said_for_each_and_every_number_stays(gateway: Gateway, monkeypatch: Any) -> None:
    made = [one.id for one in payments.open_payments([charge(gateway, n) for n in range(2)])]
    monkeypatch.setenv("XINTUI_WECHATPAY_BASE", "http://127.0.0.1:9")
    said = payments.prepay_many([Prepay(one, gateway.now()) for one in made])
    assert [type(one) for one in said] == [GatewayUnavailable, GatewayUnavailable]
    assert set(models.Attempt.objects.values_list("outcome", flat=True)) == {"unknown"}
    assert {payments.payment(one).state for one in made} == {PaymentState.CREATED}


def _mail(gateway: Gateway, number: str, fen: int = 100) -> Callback:
    one = letter(gateway.keys, "TRANSACTION.SUCCESS", letters.trade(gateway.keys, number, fen, BUYER))
    return Callback({name.lower(): value for name, value in one.headers.items()}, one.body, gateway.now())


def test_a_days_callbacks_are_kept_and_understood_together_as_one_by_one(gateway: Gateway) -> None:
    made = [one.id for one in payments.open_payments([charge(gateway, n) for n in range(6)])]
    payments.prepay_many([Prepay(one, gateway.now()) for one in made])
    mail = [_mail(gateway, one) for one in made[:4]]
    forged = Callback(mail[0].headers, mail[0].body + b" ", mail[0].now)
    wrong = _mail(gateway, made[4], fen=1)
    twice = _mail(gateway, made[0])  # another event about the same trade
    unknown = _mail(gateway, "pay01NOBODYKNOWSTHISNUMBER0000")
    believed = payments.receive_callbacks([*mail, forged, mail[1], wrong, twice, unknown])
    assert believed == [True] * 4 + [False] + [True] * 4
    assert models.InboxEvent.objects.count() == 7
    taken = payments.take_inbox(gateway.now())
    assert (taken.applied, taken.stale, taken.quarantined, taken.failed) == (4, 1, 2, 0)
    assert [payments.payment(one).state.value for one in made] == ["captured"] * 4 + ["prepaid"] * 2
    assert sorted(event["payment_id"] for event in events("captured")) == sorted(made[:4])
    assert {row.captured_fen for row in models.Payment.objects.filter(state="captured")} == {100}
    assert models.Log.objects.filter(to_state="captured").count() == 4


def test_thirty_captures_cost_as_many_statements_as_one(gateway: Gateway) -> None:
    def cost(start: int, n: int) -> tuple[int, int]:
        made = [one.id for one in payments.open_payments([charge(gateway, start + k) for k in range(n)])]
        payments.prepay_many([Prepay(one, gateway.now()) for one in made])
        mail = [_mail(gateway, one) for one in made]
        with CaptureQueriesContext(connection) as door:
            assert all(payments.receive_callbacks(mail))
        with CaptureQueriesContext(connection) as inside:
            assert payments.take_inbox(gateway.now()).applied == n
        return len(door), len(inside)

    assert cost(0, 1) == cost(100, 30)
