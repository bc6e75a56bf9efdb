"""A buyer pays: the real client, the real protocol, the real callback; counted once however it is told."""

from datetime import timedelta

import pytest

from tests.foundation.payments.till import BUYER, converge, events, opened, paid, work
from tests.support.gateway import Gateway
from xintui.foundation.payments import facade as payments
from xintui.foundation.payments import models
from xintui.foundation.payments.contracts import Channel, GatewayUnavailable, NotPayable, PaymentState, RefundState

pytestmark = pytest.mark.django_db


def test_a_payment_is_captured_by_its_callback_and_told_once(gateway: Gateway) -> None:
    number = opened(gateway)
    assert payments.payment(number).state is PaymentState.PREPAID
    told = gateway.pay(number)

    assert gateway.deliver() == [204]
    assert payments.payment(number).state is PaymentState.PREPAID  # the answer comes before the work
    assert payments.take_inbox(gateway.now()).applied == 1

    payment = payments.payment(number)
    assert (payment.state, payment.captured_fen, payment.refundable_fen) == (PaymentState.CAPTURED, 100_00, 100_00)
    (event,) = events()
    assert event["payment_id"] == number and event["subject"] == "chk01"
    assert (event["amount_fen"], event["currency"]) == (100_00, "CNY")
    assert (event["transaction_id"], event["payer_openid"]) == (told["transaction_id"], BUYER)


def test_the_phone_accepts_the_pay_sign(gateway: Gateway) -> None:
    now = gateway.now()
    payment = payments.open_payment("chk02", 1, BUYER, "茶", Channel.JSAPI, now=now)
    params = payments.pay_params(payment.id, now=now).params

    assert sorted(params) == ["appId", "nonceStr", "package", "paySign", "signType", "timeStamp"]
    assert gateway.press(params) == {"errMsg": "requestPayment:ok"}


def test_asking_again_signs_anew_without_asking_the_gateway(gateway: Gateway) -> None:
    number = opened(gateway)
    again = payments.pay_params(number, now=gateway.now())

    assert [a.verb for a in payments.attempts(number)] == ["prepay"]
    assert gateway.press(again.params) == {"errMsg": "requestPayment:ok"}


@pytest.mark.parametrize(("channel", "field"), [(Channel.NATIVE, "code_url"), (Channel.H5, "h5_url")])
def test_a_code_and_a_cashier_page_can_be_paid_by_anybody(gateway: Gateway, channel: Channel, field: str) -> None:
    now = gateway.now()
    payment = payments.open_payment("chk03", 256, "", "茶", channel, now=now)
    params = payments.pay_params(payment.id, now=now, client_ip="203.0.113.7")
    assert getattr(params, field) and params.params == {}
    gateway.pay(payment.id, "o_whoever_scans")
    gateway.deliver()
    payments.take_inbox(gateway.now())
    assert payments.payment(payment.id).payer_openid == "o_whoever_scans"


def test_the_same_callback_twenty_times_is_one_payment(gateway: Gateway) -> None:
    number = opened(gateway)
    gateway.faults("callback.duplicate", copies=20)
    gateway.pay(number)

    assert gateway.deliver() == [204] * 20
    assert payments.take_inbox(gateway.now()).total == 1
    assert len(events()) == 1


def test_a_callback_that_never_comes_is_asked_for(gateway: Gateway) -> None:
    number = opened(gateway)
    gateway.faults("callback.never")
    gateway.pay(number)
    gateway.clock(seconds=30)
    assert gateway.deliver() == []

    work(gateway)
    assert payments.payment(number).state is PaymentState.CAPTURED
    assert len(events("captured")) == 1


def test_a_late_callback_after_the_poller_changes_nothing(gateway: Gateway) -> None:
    number = opened(gateway)
    gateway.faults("callback.late", seconds=600)
    gateway.pay(number)
    gateway.clock(seconds=30)
    work(gateway)
    gateway.clock(minutes=10)

    assert gateway.deliver() == [204]
    assert payments.take_inbox(gateway.now()).stale == 1
    assert len(events()) == 1


def test_a_lost_answer_to_the_prepay_is_asked_again_under_the_same_number(gateway: Gateway) -> None:
    now = gateway.now()
    payment = payments.open_payment("chk04", 100, BUYER, "茶", Channel.JSAPI, now=now)
    gateway.faults("answer.lost", where="prepay")
    with pytest.raises(GatewayUnavailable):
        payments.pay_params(payment.id, now=now)

    assert gateway.press(payments.pay_params(payment.id, now=now).params) == {"errMsg": "requestPayment:ok"}
    assert [(a.verb, a.outcome) for a in payments.attempts(payment.id)] == [("prepay", "unknown"), ("prepay", "ok")]
    assert len(gateway.world.books.trades) == 1


def test_an_answer_whose_signature_is_forged_is_not_believed(gateway: Gateway) -> None:
    payment = payments.open_payment("chk05", 100, BUYER, "茶", Channel.JSAPI, now=gateway.now())
    gateway.faults("answer.forged", where="prepay")
    with pytest.raises(GatewayUnavailable):
        payments.pay_params(payment.id, now=gateway.now())
    assert payments.payment(payment.id).state is PaymentState.CREATED


def test_an_unpaid_payment_is_closed_at_the_gateway_when_its_time_is_over(gateway: Gateway) -> None:
    number = opened(gateway)
    gateway.clock(minutes=29)
    work(gateway)
    assert payments.payment(number).state is PaymentState.PREPAID
    gateway.clock(minutes=2)
    work(gateway)

    assert payments.payment(number).state is PaymentState.CLOSED
    assert gateway.world.books.trades[number].state == "CLOSED"
    assert [e["subject"] for e in events("closed")] == ["chk01"]
    with pytest.raises(NotPayable):
        payments.pay_params(number, now=gateway.now())


def test_a_buyer_who_pays_while_we_close_has_paid(gateway: Gateway) -> None:
    number = opened(gateway)
    payments.close_payment(number, now=gateway.now())
    gateway.faults("callback.never")
    gateway.pay(number)
    work(gateway)

    assert payments.payment(number).state is PaymentState.CAPTURED
    assert events("closed") == []


def test_a_payment_nobody_ever_pressed_closes_without_a_call(gateway: Gateway) -> None:
    payment = payments.open_payment("chk06", 100, BUYER, "茶", Channel.JSAPI, now=gateway.now())
    gateway.clock(minutes=31)
    work(gateway)
    assert payments.payment(payment.id).state is PaymentState.CLOSED
    assert payments.attempts(payment.id) == []


def test_a_refund_goes_back_and_is_told_once(gateway: Gateway) -> None:
    number = paid(gateway)
    payments.request_refund("rfd01", number, 40_00, "少了一个", now=gateway.now())
    payments.send_due(gateway.now())
    assert payments.refund("rfd01").state is RefundState.PROCESSING

    assert gateway.deliver() == [204]
    payments.take_inbox(gateway.now())
    assert payments.refund("rfd01").state is RefundState.SUCCEEDED
    assert payments.payment(number).refundable_fen == 60_00
    (event,) = events("refund")
    assert (event["refund_id"], event["payment_id"], event["amount_fen"]) == ("rfd01", number, 40_00)
    assert gateway.world.books.refunds["rfd01"].fen == 40_00


@pytest.mark.parametrize(
    "fault",
    [
        ("answer.lost", {}),
        ("answer.false_fail", {}),
        ("answer.false_fail", {"status": 400, "code": "PARAM_ERROR"}),
        ("answer.error", {}),
        ("answer.forged", {}),
    ],
)
def test_whatever_the_answer_to_a_refund_the_money_goes_back_once(
    gateway: Gateway, fault: tuple[str, dict[str, object]]
) -> None:
    number = paid(gateway)
    before = gateway.world.available()
    gateway.faults(fault[0], where="refund.create", **fault[1])
    gateway.faults("callback.never", times=None, where="REFUND")
    payments.request_refund("rfd01", number, 40_00, "", now=gateway.now())
    converge(gateway)

    assert payments.refund("rfd01").state is RefundState.SUCCEEDED
    assert len(events("refund")) == 1
    assert list(gateway.world.books.refunds) == ["rfd01"]
    assert before - gateway.world.available() == 40_00 - gateway.world.books.refunds["rfd01"].fee_part


def test_a_closed_refund_gives_the_amount_free_after_two_spaced_queries(gateway: Gateway) -> None:
    number = paid(gateway)
    gateway.faults("refund.closed")
    payments.request_refund("rfd01", number, 100_00, "", now=gateway.now())
    payments.send_due(gateway.now())
    gateway.deliver()
    work(gateway)
    work(gateway)

    assert payments.refund("rfd01").state is RefundState.PROCESSING  # the callback and one query are not enough
    assert payments.payment(number).refundable_fen == 0
    gateway.clock(seconds=61)
    work(gateway)
    assert payments.refund("rfd01").state is RefundState.FAILED
    assert payments.payment(number).refundable_fen == 100_00
    assert [e["reason"] for e in events("refund_failed")] == ["CLOSED"]
    payments.request_refund("rfd02", number, 100_00, "", now=gateway.now())
    converge(gateway)
    assert payments.refund("rfd02").state is RefundState.SUCCEEDED


def test_an_abnormal_refund_stays_open_and_visible(gateway: Gateway) -> None:
    number = paid(gateway)
    gateway.faults("refund.abnormal")
    payments.request_refund("rfd01", number, 1, "", now=gateway.now())
    work(gateway)
    gateway.deliver()
    work(gateway)
    assert payments.refund("rfd01").state is RefundState.ABNORMAL
    assert payments.payment(number).refunded_fen == 1
    assert events("refund") == []


def test_a_crash_between_sending_and_recording_asks_first_and_sends_nothing_twice(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    from xintui.foundation.payments.services import courier

    number = paid(gateway)
    gateway.faults("callback.never", times=None, where="REFUND")
    payments.request_refund("rfd01", number, 40_00, "", now=gateway.now())

    class Killed(BaseException):
        pass

    def die(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(courier, "record", die)
        with pytest.raises(Killed):
            payments.send_due(gateway.now())
    assert payments.send_due(gateway.now()) == 0  # the lease still holds
    gateway.clock(seconds=91)
    converge(gateway)

    assert payments.refund("rfd01").state is RefundState.SUCCEEDED
    assert [(a.verb, a.outcome) for a in payments.attempts("rfd01")] == [("send", ""), ("query", "ok")]


def test_the_account_a_payment_was_opened_with_is_kept(gateway: Gateway) -> None:
    number = opened(gateway)
    row = models.Payment.objects.get(id=number)
    assert (row.mchid, row.appid) == (gateway.keys.mchid, gateway.keys.appid)
    assert row.expires_at - row.created_at == timedelta(minutes=30)
