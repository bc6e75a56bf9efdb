"""A stretch of thousands of postings says what the same postings say one by one."""

from datetime import date
from itertools import islice

import pytest

from xintui.foundation.ledger import facade as ledger
from xintui.foundation.ledger.facade import Account, Kind, Move, Posting

pytestmark = pytest.mark.django_db

DAY = date(2026, 11, 23)
SHOP = Account(Kind.MERCHANT_PAYABLE, "mch1")
N = 1500


def due(promoter: int) -> Account:
    return Account(Kind.PROMOTER_DUE, f"pro{promoter}")


def stretch(n: int = N, *, start: int = 0) -> list[Posting]:
    return [Posting(f"test.bulk/{i}", (Move(SHOP, due(i % 7), 100 + i),), DAY) for i in range(start, start + n)]


def due_fen() -> list[int]:
    return [ledger.balance(due(n)).posted_fen for n in range(7)]


def test_a_new_stretch_is_written_and_moves_the_balances() -> None:
    assert ledger.post(*stretch()) == N
    assert due_fen() == [sum(100 + i for i in range(N) if i % 7 == n) for n in range(7)]
    assert ledger.audit() == []


def test_a_stretch_that_is_known_in_part_adds_the_rest_only() -> None:
    once = [sum(100 + i for i in range(N) if i % 7 == n) for n in range(7)]
    ledger.post(*stretch(400, start=300))
    assert ledger.post(*stretch()) == N - 400
    assert ledger.post(*stretch()) == 0
    assert due_fen() == once
    assert ledger.audit() == []


def test_a_stretch_with_a_reason_twice_writes_it_once() -> None:
    assert ledger.post(*stretch(), *islice(stretch(), 3)) == N
    assert ledger.audit() == []


def test_one_known_reason_with_another_amount_refuses_the_whole_stretch() -> None:
    ledger.post(Posting("test.bulk/700", (Move(SHOP, due(0), 1),), DAY))
    with pytest.raises(ledger.PostedDifferently) as refusal:
        ledger.post(*stretch())
    assert refusal.value.facts == {"reason": "test.bulk/700"}
    assert due_fen() == [1, 0, 0, 0, 0, 0, 0]


def test_a_known_reason_that_had_more_moves_refuses_the_stretch() -> None:
    ledger.post(Posting("test.bulk/700", (Move(SHOP, due(0), 800), Move(SHOP, due(1), 5)), DAY))
    with pytest.raises(ledger.PostedDifferently):
        ledger.post(*stretch())
    assert due_fen() == [800, 5, 0, 0, 0, 0, 0]


def test_a_stretch_that_would_overdraw_one_account_changes_nothing() -> None:
    away = [Posting(f"test.away/{i}", (Move(due(i % 7), SHOP, 1),), DAY) for i in range(N)]
    ledger.post(*[Posting(f"test.in/{n}", (Move(SHOP, due(n), 1000),), DAY) for n in range(6)])
    with pytest.raises(ledger.WouldOverdraw):
        ledger.post(*away)
    assert due_fen() == [1000, 1000, 1000, 1000, 1000, 1000, 0]
