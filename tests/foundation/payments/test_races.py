"""Several connections at once: limits hold, nothing counts twice, nobody deadlocks."""

import re
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from django.db import connection, connections

from bench import callbacks
from tests.foundation.payments.till import BUYER, PROMOTER
from tests.support import letters
from tests.support.gateway import Gateway, post
from xintui.foundation.payments import facade as payments
from xintui.foundation.payments import models
from xintui.foundation.payments.contracts import Channel, PaymentState, RefundTooMuch
from xintui.infra import clock, sql
from xintui.simulator.keys import make_keys

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*jobs: Callable[[], object]) -> list[object]:
    """Run each job on a thread and connection of its own, started together; results or exceptions, in order."""
    gate, results = threading.Barrier(len(jobs)), [None] * len(jobs)

    def run(n: int) -> None:
        try:
            gate.wait(10)
            results[n] = jobs[n]()  # type: ignore[call-overload]
        except Exception as error:
            results[n] = error  # type: ignore[call-overload]
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(n,)) for n in range(len(jobs))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return list(results)


def captured(fen: int) -> str:
    payment = payments.open_payment("chk01", fen, BUYER, "茶", Channel.JSAPI, now=clock.now())
    models.Payment.objects.filter(id=payment.id).update(
        state="captured", captured_fen=fen, transaction_id="42T", paid_at=clock.now(), settled_at=clock.now()
    )
    return payment.id


def test_parallel_refunds_never_exceed_what_was_captured() -> None:
    number = captured(100_00)

    def ask(n: int) -> Callable[[], object]:
        return lambda: payments.request_refund(f"rfd{n}", number, 30_00, "", now=clock.now())

    results = at_once(*(ask(n) for n in range(8)))
    refused = [one for one in results if isinstance(one, RefundTooMuch)]
    assert (len(results), len(refused)) == (8, 5)
    assert payments.payment(number).refunded_fen == 90_00
    assert models.Refund.objects.count() == 3


def test_the_same_refund_asked_for_at_once_is_one() -> None:
    number = captured(100_00)
    results = at_once(*(lambda: payments.request_refund("rfd1", number, 60_00, "", now=clock.now()) for _ in range(6)))
    assert not [one for one in results if isinstance(one, Exception)]
    assert payments.payment(number).refunded_fen == 60_00


def test_a_subject_opened_at_once_has_one_payment() -> None:
    def ask() -> object:
        return payments.open_payment("chk01", 1, BUYER, "茶", Channel.JSAPI, now=clock.now())

    results = at_once(*(ask for _ in range(6)))
    assert len({one.id for one in results}) == 1  # type: ignore[attr-defined]
    assert models.Payment.objects.count() == 1


def test_a_repeated_callback_does_not_wait_for_the_worker_who_is_understanding_the_first(
    superuser_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XINTUI_WECHATPAY_DIR", str(tmp_path))
    keys = make_keys(tmp_path)
    told = letters.letter(keys, "TRANSACTION.SUCCESS", letters.trade(keys, "pay01", 1_00, BUYER))
    assert post(told) == 204
    with psycopg.connect(superuser_url) as worker, connection.cursor() as cursor:
        worker.execute("UPDATE payments_inbox SET state = 'done', attempts = 1")
        cursor.execute("SET lock_timeout = '100ms'")
        assert post(told) == 204
    assert list(models.InboxEvent.objects.values_list("state", "attempts")) == [("done", 1)]


def test_couriers_side_by_side_send_each_number_once(gateway: Gateway) -> None:
    for n in range(12):
        payments.request_transfer(f"trf{n:02d}", f"wdr{n}", PROMOTER, 1_00, "", "佣金", now=gateway.now())
    now = gateway.now()
    results = at_once(*(lambda: payments.send_due(now) for _ in range(4)))
    assert sum(results) == 12  # type: ignore[arg-type]
    assert models.Attempt.objects.filter(verb="send").count() == 12
    assert len(gateway.world.books.transfers) == 12


def test_the_poller_and_the_callback_together_capture_once(gateway: Gateway) -> None:
    numbers = []
    for n in range(6):
        payment = payments.open_payment(f"chk{n}", 100, BUYER, "茶", Channel.JSAPI, now=gateway.now())
        payments.pay_params(payment.id, now=gateway.now())
        gateway.pay(payment.id)
        numbers.append(payment.id)
    gateway.deliver()
    now = gateway.now() + timedelta(minutes=1)
    jobs: list[Callable[[], object]] = [lambda: payments.take_inbox(now), lambda: payments.poll_due(now)] * 2
    results = at_once(*jobs)
    assert not [one for one in results if isinstance(one, Exception)]
    assert {payments.payment(number).state for number in numbers} == {PaymentState.CAPTURED}
    assert models.Log.objects.filter(to_state="captured").count() == 6


def test_f3_in_small_every_event_has_one_effect() -> None:
    figures = callbacks.run(seed=11, events=80, deliveries=800, connections=8)
    assert figures.good, figures
    assert figures.refunds_told_first >= 10
    assert figures.effects == 80


def test_f3_negative_control_without_the_unique_inbox_the_figures_are_bad(
    superuser_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A check that never failed proves nothing. The monotone state is the second wall: even so nothing counts twice."""
    with psycopg.connect(superuser_url) as admin:
        admin.execute("DROP INDEX payments_inbox_once")
    as_written = sql.text
    look = re.compile(r"WHERE NOT EXISTS \(.*?\)\n", re.DOTALL)
    monkeypatch.setattr(sql, "text", lambda package, name: look.sub("", as_written(package, name)))
    figures = callbacks.run(seed=12, events=20, deliveries=100, connections=4)
    assert not figures.good
    assert (figures.inbox_rows, figures.twice) == (100, 0)  # two workers on one event may also hold each other up
