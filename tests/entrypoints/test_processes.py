"""The worker: every job gets its chance each turn, one process at a time, and nothing stops it but being told to."""

import threading
import time
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from django.db import connections

from tests.commerce import world
from tests.promotion.commission import sales
from tests.promotion.conftest import committed  # noqa: F401
from tests.promotion.people import promoter
from xintui.commerce.orders.contracts import Referral
from xintui.entrypoints import processes, subscriptions
from xintui.entrypoints.processes import JOBS, Job, work_forever, work_once
from xintui.entrypoints.subscriptions import SUBSCRIPTIONS
from xintui.foundation.payments.contracts import PaymentCaptured
from xintui.infra import clock, locks
from xintui.infra.outbox import facade as outbox
from xintui.infra.outbox.models import OutboxEvent

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _the_real_time_again():
    yield
    clock.set_for_story(None)


@pytest.mark.django_db
def test_a_turn_on_an_empty_shop_runs_every_job_and_fails_none():
    turn = work_once(NOW)
    assert turn.failed == {}
    assert set(turn.done) == {job.name for job in JOBS}


@pytest.mark.django_db
def test_the_jobs_of_a_turn_follow_an_orders_life_to_the_due_commission():
    sales.publish(at=world.T0 - sales.DAY)
    tea = world.shop("云雾茶庄")
    product = world.goods(tea, "明前龙井", ("50 克", 100_00, 10))
    who = promoter(1)
    checkout = world.place((product.skus[0].id, 1), referrals={tea.id: Referral(who.id, "att1")})
    outbox.publish(world.captured(checkout))
    assert work_once(world.T0 + timedelta(minutes=2)).failed == {}
    assert sales.money(who.id) == (1250, 0, 0)
    (order,) = world.checkout_now(checkout.id).orders
    world.shipped(order)
    late = world.T0 + timedelta(days=40)
    clock.set_for_story(late)
    assert work_once(late).done["orders.auto_receive"] == 1
    work_once(late + timedelta(minutes=1))
    assert sales.money(who.id) == (1250, 0, 0)
    work_once(late + timedelta(days=7))
    assert sales.money(who.id) == (0, 1250, 0)
    assert work_once(late + timedelta(days=7)).done["commission.release"].released_lines == 0


@pytest.mark.django_db
def test_a_job_that_fails_is_named_and_the_others_go_on():
    def broken(now: datetime) -> int:
        raise RuntimeError("no disk")

    turn = work_once(NOW, jobs=(Job("a", lambda now: 1), Job("b", broken), Job("c", lambda now: 3)))
    assert (turn.done, turn.failed) == ({"a": 1, "c": 3}, {"b": "RuntimeError: no disk"})


@pytest.mark.django_db
def test_a_poisoned_event_waits_alone_while_the_others_are_delivered():
    sales.publish()
    good = sales.paid("ord1", ("lin1", 10_000))
    bad = sales.paid("ord1", ("lin1", 9_999))
    outbox.publish(good, bad, sales.paid("ord2", ("lin2", 10_000)))
    assert work_once(NOW).failed == {}
    assert sales.money() == (2500, 0, 0)
    (left,) = OutboxEvent.objects.all()
    assert (left.attempts, left.dead) == (1, False) and left.last_error.startswith("NotBooked")


def test_every_kind_of_event_that_moves_money_has_a_listener():
    assert {kind.topic for kind, heard in SUBSCRIPTIONS.items() if heard} >= {
        "payments.captured",
        "payments.closed",
        "payments.refund_settled",
        "payments.refund_failed",
        "payments.transfer_settled",
        "orders.paid",
        "orders.received",
        "orders.line_refunded",
    }
    assert len(SUBSCRIPTIONS[PaymentCaptured]) == 1  # money arrives once


def test_a_payment_is_heard_by_whoever_asked_for_it():
    heard: dict[str, list[str]] = {"deposits": [], "orders": []}

    def ear(name):
        return lambda events: heard[name].extend(event.subject for event in events)

    hear = subscriptions.of("subject", "dpt", ear("deposits"), ear("orders"))
    hear([PaymentCaptured("pay1", subject, 1, "CNY", "wx1", "openid", NOW) for subject in ("chk1", "dpt1", "", "chk2")])
    hear([])
    assert heard == {"deposits": ["dpt1"], "orders": ["chk1", "", "chk2"]}


def running(ran: list[str], name: str, stop: threading.Event) -> threading.Thread:
    """A worker in a thread of its own, as a process would be."""

    def job(now: datetime) -> None:
        ran.append(name)

    def run() -> None:
        try:
            work_forever(stop, pause_s=0.01, jobs=(Job("mark", job),))
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def until(condition, seconds: float = 10) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.01)


def test_only_one_of_two_workers_works_and_the_other_takes_over(committed):  # noqa: F811
    stop, ran = threading.Event(), []
    with locks.turn(processes.LOCK) as mine:  # the first worker, in the middle of a long turn
        assert mine
        second = running(ran, "second", stop)
        time.sleep(0.3)
        assert ran == []
    until(lambda: ran)
    stop.set()
    second.join(10)
    assert not second.is_alive() and set(ran) == {"second"}


def test_the_worker_outlives_a_broken_connection(committed, monkeypatch):  # noqa: F811
    stop, ran = threading.Event(), []
    real, calls = locks.turn, []

    def sometimes(name):
        calls.append(name)
        if len(calls) == 1:
            from django.db import OperationalError

            raise OperationalError("server closed the connection unexpectedly")
        return real(name)

    monkeypatch.setattr(processes.locks, "turn", sometimes)
    monkeypatch.setattr(processes, "RETRY_S", 0.05)
    worker = running(ran, "worker", stop)
    until(lambda: ran)
    stop.set()
    worker.join(10)
    assert len(calls) >= 2 and not worker.is_alive()


def test_the_turn_holds_back_no_vacuum(committed):  # noqa: F811
    with locks.turn("xintui.test"), psycopg.connect(committed) as other:
        found = other.execute(
            "SELECT count(*), count(backend_xmin), count(backend_xid) FROM pg_stat_activity"
            " WHERE state = 'idle in transaction' AND datname = current_database()"
        )
        assert found.fetchone() == (1, 0, 0)
