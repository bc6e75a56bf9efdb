"""Refunds asked for, sent and heard of together are the same as one by one, and each is refused alone."""

from contextlib import AbstractContextManager

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.foundation.payments.till import converge, events, paid
from tests.support.gateway import Gateway
from xintui.foundation.payments import facade as payments
from xintui.foundation.payments import models
from xintui.foundation.payments.contracts import (
    BadAmount,
    NotFound,
    RefundRequest,
    RefundState,
    RefundTooMuch,
    RequestedDifferently,
)
from xintui.foundation.payments.services import courier

pytestmark = pytest.mark.django_db


def _asked(gateway: Gateway, numbers: list[str], fen: int = 40_00) -> list[RefundRequest]:
    return [RefundRequest(f"rfd{n:02d}", one, fen, "少件", gateway.now()) for n, one in enumerate(numbers)]


def test_refunds_are_written_once_each_and_all_or_none(gateway: Gateway) -> None:
    numbers = [paid(gateway, subject=f"chk{n}") for n in range(2)]
    asked = _asked(gateway, [*numbers, numbers[0]])
    first = payments.request_refunds(asked)
    assert [(one.id, one.amount_fen, one.state) for one in first] == [
        (f"rfd{n:02d}", 40_00, RefundState.CREATED) for n in range(3)
    ]
    assert payments.request_refunds(asked) == first
    assert [payments.payment(one).refunded_fen for one in numbers] == [80_00, 40_00]
    more = RefundRequest("rfd09", numbers[1], 1_00, "", gateway.now())
    for wrong, refusal in (
        (RefundRequest("rfd10", numbers[0], 20_01, "", gateway.now()), RefundTooMuch),
        (RefundRequest("rfd10", "pay-none", 1, "", gateway.now()), NotFound),
        (RefundRequest("rfd00", numbers[0], 1, "", gateway.now()), RequestedDifferently),
        (RefundRequest("rfd10", numbers[0], 0, "", gateway.now()), BadAmount),
    ):
        with pytest.raises(refusal):
            payments.request_refunds([more, wrong])
    assert models.Refund.objects.count() == 3
    assert [payments.payment(one).refunded_fen for one in numbers] == [80_00, 40_00]


def test_sent_together_they_come_back_each_by_its_own_answer(gateway: Gateway) -> None:
    numbers = [paid(gateway, subject=f"chk{n}") for n in range(6)]
    payments.request_refunds(_asked(gateway, numbers))
    gateway.faults("answer.error", times=1, where="refund")  # one of them hears that the system is busy
    assert payments.send_due(gateway.now()) == 6
    states = list(models.Refund.objects.values_list("state", flat=True))
    assert (states.count("unknown"), len(states)) == (1, 6)
    converge(gateway)
    assert {payments.refund(f"rfd{n:02d}").state for n in range(6)} == {RefundState.SUCCEEDED}
    assert sorted(one["refund_id"] for one in events("refund_settled")) == [f"rfd{n:02d}" for n in range(6)]
    assert models.Attempt.objects.filter(verb="send", kind="refund").count() >= 6
    assert not models.Attempt.objects.filter(finished_at=None).exists()


def test_an_answer_that_cannot_be_written_down_holds_up_only_itself(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = [paid(gateway, subject=f"chk{n}") for n in range(4)]
    payments.request_refunds(_asked(gateway, numbers))
    whole = courier.learn_many

    def poisoned(news: list[courier.News]) -> object:
        if any(one.seen.terms.number == "rfd02" for one in news):
            raise RuntimeError("a bug of ours")
        return whole(news)

    with monkeypatch.context() as patch:
        patch.setattr(courier, "learn_many", poisoned)
        with pytest.raises(RuntimeError):
            payments.send_due(gateway.now())
    open_calls = models.Attempt.objects.filter(finished_at=None).values_list("number", flat=True)
    assert list(open_calls) == ["rfd02"]
    assert list(models.Refund.objects.filter(state="created").values_list("id", flat=True)) == ["rfd02"]
    gateway.clock(seconds=91)
    converge(gateway)
    assert {payments.refund(f"rfd{n:02d}").state for n in range(4)} == {RefundState.SUCCEEDED}


def test_ten_refunds_cost_hardly_more_statements_than_one(gateway: Gateway) -> None:
    """What every row still costs: its change and the line a person reads."""
    seeing: AbstractContextManager[CaptureQueriesContext] = CaptureQueriesContext(connection)
    one = [paid(gateway, subject="one")]
    many = [paid(gateway, subject=f"chk{n}") for n in range(10)]
    payments.request_refunds([RefundRequest("rfd-one", one[0], 1_00, "", gateway.now())])
    with seeing as alone:
        assert payments.send_due(gateway.now()) == 1
    payments.request_refunds(_asked(gateway, many))
    with CaptureQueriesContext(connection) as together:
        assert payments.send_due(gateway.now()) == 10
    assert len(together) - len(alone) <= 2 * 9
