"""Real connections against each other: refunds of one line, a sweep against a refund, deliveries of one event."""

import threading
import time
from collections.abc import Callable
from datetime import timedelta

import psycopg
import pytest
from django.db import IntegrityError, connections, transaction

from tests.promotion.commission.sales import DAY, T0, money, paid, plan, publish, receive, refund, sell
from xintui.foundation.ledger import facade as ledger
from xintui.infra import tenancy
from xintui.kernel.errors import DomainError
from xintui.promotion.commission import contracts
from xintui.promotion.commission import facade as commission


def together(*acts: Callable[[], object]) -> list[object]:
    """Each act on a connection of its own, released together; its answer or its refusal."""
    barrier = threading.Barrier(len(acts))
    answers: list[object] = [None] * len(acts)

    def run(n: int, act: Callable[[], object]) -> None:
        try:
            with tenancy.as_platform():
                connections["default"].ensure_connection()
                barrier.wait(30)
                answers[n] = act()
        except (DomainError, IntegrityError) as refusal:
            answers[n] = refusal
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(n, act)) for n, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads)
    return answers


def clean() -> None:
    with transaction.atomic():
        assert commission.audit() == [] and ledger.audit() == []


def test_concurrent_refunds_of_one_line_take_exactly_what_they_would_one_by_one(committed: str) -> None:
    publish()
    sell(paid("ord1", ("lin1", 10_000)))
    at = T0 + DAY
    parts = [3333, 3333, 1667, 833, 417, 208, 104, 105]
    acts = [
        lambda n=n, fen=fen: commission.refunded([refund(f"rfd{n}", "ord1", "lin1", fen, at=at)], now=at)
        for n, fen in enumerate(parts)
    ]
    assert sum(parts) == 10_000
    assert together(*acts) == [1] * len(parts)
    assert money() == (0, 0, 0)
    with transaction.atomic():
        assert commission.earning("ord1", "lin1", now=at).refunded_fen == 10_000
    clean()


@pytest.mark.parametrize("round_", range(3))
def test_of_two_refunds_that_together_exceed_the_line_one_is_refused(committed: str, round_: int) -> None:
    publish()
    sell(paid("ord1", ("lin1", 10_000)))
    at = T0 + DAY
    answers = together(
        *(lambda n=n: commission.refunded([refund(f"rfd{n}", "ord1", "lin1", 6_000, at=at)], now=at) for n in range(2))
    )
    assert sorted(type(one).__name__ for one in answers) in (["NotBooked", "int"], ["IntegrityError", "int"])
    with pytest.raises(contracts.NotBooked):  # what the outbox meets when it brings the loser again
        for n in range(2):
            commission.refunded([refund(f"rfd{n}", "ord1", "lin1", 6_000, at=at)], now=at)
    assert money() == (500, 0, 0)
    clean()


def test_one_event_delivered_by_several_workers_at_once_is_booked_once(committed: str) -> None:
    publish()
    event = paid("ord1", ("lin1", 10_000), ("lin2", 5_000))
    answers = together(*(lambda: commission.accrue([event], now=T0) for _ in range(4)))
    assert [one for one in answers if one == 2], answers
    assert money() == (1250 + 625, 0, 0)
    clean()


def test_a_sweep_waits_for_a_refund_under_way_and_then_releases_what_is_left(committed: str) -> None:
    publish()
    sell(paid("ord1", ("lin1", 10_000)))
    receive("ord1", "lin1", at=T0)
    ripe = T0 + 7 * DAY
    refunding, swept = threading.Event(), threading.Event()

    def give_back() -> int:
        with transaction.atomic():
            done = commission.refunded([refund("rfd1", "ord1", "lin1", 3333, at=ripe - timedelta(seconds=1))], now=ripe)
            refunding.set()
            waiting = """SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"""
            with psycopg.connect(committed, autocommit=True) as other:
                end = time.monotonic() + 20
                while other.execute(waiting).fetchone() == (0,):
                    assert time.monotonic() < end, "the sweep did not wait for the refund"
                    time.sleep(0.01)
            assert not swept.is_set()
        return done

    def sweep() -> int:
        assert refunding.wait(20)
        released = commission.release(now=ripe).released_fen
        swept.set()
        return released

    assert together(give_back, sweep) == [1, 833]
    assert money() == (0, 833, 0)
    clean()


@pytest.mark.parametrize("round_", range(3))
def test_sweeps_and_refunds_in_any_order_end_in_the_same_books(committed: str, round_: int) -> None:
    publish()
    lines = [(f"lin{n}", 10_000) for n in range(6)]
    sell(paid("ord1", *lines))
    receive("ord1", *(line for line, _ in lines), at=T0)
    ripe = T0 + 7 * DAY
    refunds = [
        lambda n=n: commission.refunded([refund(f"rfd{n}", "ord1", f"lin{n}", 3333, at=ripe + DAY)], now=ripe + DAY)
        for n in range(6)
    ]
    sweeps = [lambda: commission.release(now=ripe + DAY) for _ in range(2)]
    assert [one for one in together(*refunds, *sweeps) if isinstance(one, DomainError)] == []
    commission.release(now=ripe + 2 * DAY)
    assert money() == (0, 6 * 833, 0)
    clean()


def test_two_publications_of_one_version_are_one(committed: str) -> None:
    drafts = []
    for rate in (500, 600):
        body = plan("v1", {"id": "base", "priority": 0, "match": {}, "rate_bp": rate})
        drafts.append(commission.draft_plan(body, actor="writer", now=T0).id)
    answers = together(*(lambda one=one: commission.publish_draft(one, actor="u", now=T0) for one in drafts))
    published = [one for one in answers if isinstance(one, contracts.PlanVersion)]
    refused = [one for one in answers if isinstance(one, DomainError)]
    assert (len(published), len(refused)) == (1, 1)
    with transaction.atomic():
        found = commission.plan("v1")
    assert found == published[0].plan
