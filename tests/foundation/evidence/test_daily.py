"""自动日结: the worker closes what is over, one day a turn, after the hour; postings do not wait for the hashing."""

from datetime import UTC, date, datetime, time, timedelta

import psycopg
import pytest

from tests.foundation.evidence.books import DAY, NEXT, sell, tampering
from xintui.entrypoints.doctor import examine
from xintui.foundation.evidence import facade as evidence
from xintui.foundation.evidence.services import closing
from xintui.foundation.ledger import facade as ledger

pytestmark = pytest.mark.django_db(transaction=True)
THREE = time(3)
AFTER = datetime(2026, 11, 20, 19, 0, tzinfo=UTC)  # 03:00 on the 21st in Shanghai
DAYS = timedelta(days=1)


def close(now: datetime) -> int:
    return evidence.close_due(now, after=THREE)


def test_nothing_is_closed_before_the_hour_or_without_postings() -> None:
    assert close(AFTER) == 0
    sell(1)
    assert close(AFTER - timedelta(seconds=1)) == 0
    assert close(AFTER) == 1
    assert close(AFTER) == 0
    assert [day.day for day in evidence.days()] == [DAY]


def test_a_worker_that_was_away_catches_up_one_day_a_turn_quiet_days_included() -> None:
    sell(1)
    sell(2, on=NEXT)
    later = AFTER + 4 * DAYS
    assert [close(later) for _ in range(6)] == [1, 1, 1, 1, 1, 0]
    assert [day.day for day in evidence.days()] == [date(2026, 11, 24 - n) for n in range(5)]
    assert evidence.verify_chain({}).faults == ()


def test_an_hour_before_midnight_waits_for_its_own_day() -> None:
    sell(1)
    late = datetime(2026, 11, 21, 14, 59, tzinfo=UTC)  # 22:59 on the 21st
    assert evidence.close_due(late, after=time(23)) == 0
    assert evidence.close_due(late + timedelta(minutes=1), after=time(23)) == 1


def test_postings_go_on_while_a_closed_day_is_hashed(monkeypatch: pytest.MonkeyPatch, superuser_url: str) -> None:
    """The ledger's lock is gone before the leaves are read: another connection posts in the middle."""
    sell(1)
    seen: list[bool] = []
    real = closing.books.leaves

    def posting_meanwhile(**given: object) -> object:
        with psycopg.connect(superuser_url) as other:
            other.execute("SET lock_timeout = '500ms'")
            other.execute("SELECT pg_advisory_xact_lock_shared(hashtext('ledger.close'), hashtext('shop'))")
            seen.append(True)
        return real(**given)  # type: ignore[arg-type]

    monkeypatch.setattr(closing.books, "leaves", posting_meanwhile)
    assert close(AFTER) == 1
    assert seen == [True]


def test_killed_between_the_two_steps_the_next_turn_publishes_the_day(monkeypatch: pytest.MonkeyPatch) -> None:
    sell(1)
    with monkeypatch.context() as killed:
        killed.setattr(closing, "_publish", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            close(AFTER)
    assert evidence.days() == []
    with pytest.raises(ledger.DayClosed):
        sell(2)
    assert close(AFTER) == 1
    assert [(day.day, day.count) for day in evidence.days()] == [(DAY, 3)]


def test_books_that_do_not_add_up_stay_open_and_the_doctor_says_so(superuser_url: str) -> None:
    sell(1)
    with tampering(superuser_url) as admin:
        admin.execute("UPDATE ledger_account SET posted_fen = posted_fen + 1 WHERE code LIKE 'promoter.pending%'")
    with pytest.raises(evidence.BooksDoNotClose):
        close(AFTER)
    sell(2)

    def said(now: datetime) -> tuple[bool, str]:
        return next((check.good, check.says) for check in examine(now) if check.name == "日结")

    assert said(AFTER + DAYS)[0] is True
    good, says = said(AFTER + 2 * DAYS)
    assert (good, says) == (False, "从未日结，2026-11-20 起未关账；后台任务是否在运行？")
