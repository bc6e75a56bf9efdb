"""Instruction rows: one live payment per subject, refunds within what was captured, one transfer per number."""

from datetime import UTC, datetime

import pytest
from django.db import transaction

from xintui.foundation.payments import facade as payments
from xintui.foundation.payments import models
from xintui.foundation.payments.contracts import (
    BadAmount,
    Channel,
    NotFound,
    Payment,
    PaymentState,
    RefundState,
    RefundTooMuch,
    RequestedDifferently,
    TransferState,
)

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)


def opened(subject: str = "chk01", amount_fen: int = 100_00) -> Payment:
    return payments.open_payment(subject, amount_fen, "o_buyer", "一箱苹果", Channel.JSAPI, now=NOW)


def captured(amount_fen: int = 100_00) -> Payment:
    payment = opened(amount_fen=amount_fen)
    models.Payment.objects.filter(id=payment.id).update(
        state="captured", captured_fen=amount_fen, transaction_id="42" + payment.id[-20:], paid_at=NOW
    )
    return payments.payment(payment.id)


def test_a_subject_has_one_live_payment_and_finds_it_again() -> None:
    first, second = opened(), opened()

    assert first == second
    assert (first.state, first.amount_fen, first.refundable_fen) == (PaymentState.CREATED, 100_00, 0)
    assert models.Payment.objects.count() == 1


def test_the_same_subject_for_another_sum_is_refused() -> None:
    first = opened()
    with pytest.raises(RequestedDifferently) as refused:
        opened(amount_fen=1)
    assert refused.value.facts == {"number": first.id}


def test_a_closed_payment_makes_room_for_another_number() -> None:
    first = opened()
    models.Payment.objects.update(state="closed")
    assert opened().id != first.id


@pytest.mark.parametrize("amount", [0, -1, 10**15 + 1, True])
def test_only_positive_whole_sums_are_money(amount: int) -> None:
    with pytest.raises(BadAmount):
        opened(amount_fen=amount)


def test_refunds_reserve_and_never_exceed_what_was_captured() -> None:
    payment = captured()
    first = payments.request_refund("rfd1", payment.id, 60_00, "不想要了", now=NOW)

    assert (first.state, first.subject) == (RefundState.CREATED, "chk01")
    assert payments.request_refund("rfd1", payment.id, 60_00, "不想要了", now=NOW) == first
    with pytest.raises(RefundTooMuch):
        payments.request_refund("rfd2", payment.id, 40_01, "", now=NOW)
    payments.request_refund("rfd3", payment.id, 40_00, "", now=NOW)
    assert payments.payment(payment.id).refundable_fen == 0
    assert models.Refund.objects.count() == 2


def test_an_unpaid_payment_refunds_nothing() -> None:
    with pytest.raises(RefundTooMuch):
        payments.request_refund("rfd1", opened().id, 1, "", now=NOW)
    with pytest.raises(NotFound):
        payments.request_refund("rfd1", "pay_unknown", 1, "", now=NOW)


def test_a_refund_number_keeps_its_terms() -> None:
    payment = captured()
    payments.request_refund("rfd1", payment.id, 10, "", now=NOW)
    with pytest.raises(RequestedDifferently):
        payments.request_refund("rfd1", payment.id, 11, "", now=NOW)
    assert payments.payment(payment.id).refunded_fen == 10


def test_the_fifty_first_refund_is_refused() -> None:
    payment = captured()
    for n in range(50):
        payments.request_refund(f"rfd{n}", payment.id, 1, "", now=NOW)
    with pytest.raises(RefundTooMuch):
        payments.request_refund("rfd50", payment.id, 1, "", now=NOW)


def test_a_refusal_leaves_the_callers_transaction_usable() -> None:
    payment = captured()
    with transaction.atomic():
        with pytest.raises(RefundTooMuch):
            payments.request_refund("rfd1", payment.id, 100_01, "", now=NOW)
        payments.request_refund("rfd2", payment.id, 1, "", now=NOW)
    assert payments.payment(payment.id).refunded_fen == 1


def test_a_transfer_is_written_once_and_its_payees_name_lies_encrypted() -> None:
    def ask(fen: int) -> object:
        return payments.request_transfer("trf1", "wdr1", "o_promoter", fen, "王小明", "十月佣金", now=NOW)

    first = ask(250_000)
    assert first == ask(250_000) == payments.transfer("trf1")
    assert payments.transfer("trf1").state is TransferState.CREATED
    with pytest.raises(RequestedDifferently):
        ask(250_001)
    assert "王小明".encode() not in bytes(models.Transfer.objects.get().user_name)


def test_what_the_gateway_would_never_take_is_refused_at_once() -> None:
    for fen, name in ((9, ""), (200_000, "")):
        with pytest.raises(BadAmount):
            payments.request_transfer("trf1", "wdr1", "o_promoter", fen, name, "佣金", now=NOW)
    assert models.Transfer.objects.count() == 0
