"""Money is written once, balanced, never overdrawn, and can be read back with its reasons."""

import string
import time
from datetime import UTC, date, datetime

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction

from xintui.foundation.ledger import facade as ledger
from xintui.foundation.ledger.facade import Account, Balance, Kind, Move, Posting

pytestmark = pytest.mark.django_db

DAY = date(2026, 11, 23)
LATER = datetime(2027, 1, 1, tzinfo=UTC)
SHOP = Account(Kind.MERCHANT_PAYABLE, "mch1")
PENDING = Account(Kind.PROMOTER_PENDING, "pro1")
DUE = Account(Kind.PROMOTER_DUE, "pro1")
DEBT = Account(Kind.PROMOTER_DEBT, "pro1")


def earned(fen: int, reason: str = "test.earn/1") -> Posting:
    return Posting(reason, (Move(SHOP, PENDING, fen), Move(PENDING, DUE, fen)), DAY)


def test_a_posting_moves_money_between_accounts_and_the_books_stay_balanced() -> None:
    assert ledger.post(earned(1250)) == 1
    assert ledger.balance(DUE) == Balance(DUE, 1250, 0)
    assert ledger.balance(PENDING) == Balance(PENDING, 0, 0)
    assert ledger.balance(SHOP) == Balance(SHOP, -1250, 0)
    assert ledger.audit() == []


def test_the_same_reason_with_the_same_moves_is_written_once() -> None:
    assert ledger.post(earned(1250), earned(1250)) == 1
    assert ledger.post(earned(1250)) == 0
    assert ledger.balance(DUE).posted_fen == 1250


@pytest.mark.parametrize(
    "other",
    [
        earned(1251),
        Posting("test.earn/1", (Move(SHOP, PENDING, 1250),), DAY),
        Posting("test.earn/1", (*earned(1250).moves, Move(SHOP, DUE, 1)), DAY),
        Posting("test.earn/1", tuple(reversed(earned(1250).moves)), DAY),
    ],
    ids=["amount", "fewer moves", "more moves", "other order"],
)
def test_the_same_reason_with_other_moves_is_refused_and_changes_nothing(other: Posting) -> None:
    ledger.post(earned(1250))
    with pytest.raises(ledger.PostedDifferently) as refusal:
        ledger.post(Posting("test.fine/2", (Move(SHOP, DUE, 5),), DAY), other)
    assert refusal.value.facts == {"reason": "test.earn/1"}
    assert ledger.balance(DUE).posted_fen == 1250


def test_a_reason_is_written_to_the_letter_whatever_its_letters() -> None:
    odd = [*string.printable, "NULL", "", '"', "\\", '\\"', "{a,b}", "{}", "'; --", "红包，谢谢", "😀", "%s", "a\\"]
    reasons = [f"test.odd/{n}{word}" for n, word in enumerate(odd)] + [word for word in odd if word]
    assert ledger.post(*(Posting(reason, (Move(SHOP, DUE, 1),), DAY) for reason in reasons)) == len(set(reasons))
    assert {posting.reason for posting in ledger.postings(reasons)} == set(reasons)


def test_an_account_with_a_floor_cannot_be_overdrawn() -> None:
    ledger.post(earned(100))
    with pytest.raises(ledger.WouldOverdraw) as refusal:
        ledger.post(Posting("test.spend/1", (Move(DUE, SHOP, 101),), DAY))
    assert refusal.value.facts == {"account": "promoter.due:pro1@CNY"}


def test_debt_grows_on_the_debit_side_and_cannot_be_repaid_twice() -> None:
    ledger.post(Posting("test.clawback/1", (Move(DEBT, SHOP, 30),), DAY))
    assert ledger.balance(DEBT).posted_fen == 30
    with pytest.raises(ledger.WouldOverdraw):
        ledger.post(Posting("test.net/1", (Move(SHOP, DEBT, 31),), DAY))


def test_a_hold_takes_from_what_is_available_until_it_is_captured_or_voided() -> None:
    ledger.post(earned(100))
    assert ledger.hold("wdr1", DUE, 60, until=LATER) is True
    assert ledger.hold("wdr1", DUE, 60, until=LATER) is False
    assert ledger.balance(DUE) == Balance(DUE, 100, 60)
    with pytest.raises(ledger.WouldOverdraw):
        ledger.hold("wdr2", DUE, 41, until=LATER)
    with pytest.raises(ledger.PostedDifferently):
        ledger.hold("wdr1", DUE, 61, until=LATER)

    ledger.hold("wdr3", DUE, 40, until=LATER)
    assert ledger.void("wdr3", DUE) == 40
    paid = Posting("test.payout/wdr1", (Move(DUE, Account(Kind.PAYOUT_CLEARING, "wechat"), 60),), DAY)
    assert ledger.capture("wdr1", DUE, paid) == 60

    assert ledger.balance(DUE) == Balance(DUE, 40, 0)
    with pytest.raises(ledger.HoldNotPending):
        ledger.void("wdr1", DUE)
    assert ledger.audit() == []


def test_a_closed_day_takes_no_more_postings() -> None:
    ledger.post(earned(100))
    assert ledger.close_day(DAY) is True
    assert ledger.close_day(DAY) is False
    with pytest.raises(ledger.DayClosed):
        ledger.post(earned(5, "test.earn/late"))
    assert ledger.open_date(DAY) == date(2026, 11, 24)
    assert ledger.open_date(date(2026, 12, 1)) == date(2026, 12, 1)


def test_books_are_kept_apart() -> None:
    ledger.post(earned(100))
    assert ledger.post(earned(7), ledger="file-1") == 1
    assert ledger.balance(DUE).posted_fen == 100
    assert ledger.balance(DUE, ledger="file-1").posted_fen == 7


def test_a_statement_pages_through_every_move_with_its_running_balance() -> None:
    for n in range(5):
        ledger.post(earned(10 + n, f"test.earn/{n}"))
    first, more = ledger.statement(DUE, limit=3)
    assert more is not None
    rest, end = ledger.statement(DUE, after=more, limit=3)
    assert end is None
    lines = first + rest
    assert [line.in_fen for line in lines] == [line.in_fen for line in sorted(lines, key=lambda x: x.balance_fen)]
    assert sum(line.in_fen for line in lines) == 60 == lines[-1].balance_fen
    assert {line.counterpart for line in lines} == {PENDING}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_move SET fen = 1",
        "DELETE FROM ledger_move",
        "TRUNCATE ledger_move",
        "INSERT INTO ledger_move (reason_id, seq, ledger, reason, debit_id, credit_id, fen, on_date, tx)"
        " VALUES (1, 0, 'shop', 'x', 1, 2, 5, '2026-11-23', 1)",
        "UPDATE ledger_account SET posted_fen = 1",
        "DELETE FROM ledger_hold",
        "UPDATE ledger_close SET moves = 0",
    ],
)
def test_the_program_cannot_touch_the_tables_behind_the_functions(statement: str) -> None:
    ledger.post(earned(100))
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.django_db(transaction=True)
def test_even_the_superuser_is_refused_by_the_triggers(superuser_url: str) -> None:
    with psycopg.connect(superuser_url) as admin:
        for statement in (
            "UPDATE ledger_move SET fen = 1",
            "DELETE FROM ledger_move",
            "TRUNCATE ledger_move",
        ):
            admin.execute(
                "SELECT ledger_post('t', '{a}', '{0}', '{promoter.debt:x@CNY}', '{platform.fee:x@CNY}',"
                " '{5}', '{2026-11-23}')"
            )
            with pytest.raises(psycopg.errors.CheckViolation, match="append-only"):
                admin.execute(statement)
            admin.rollback()


@pytest.mark.django_db(transaction=True)
def test_folding_keeps_every_floorless_balance_as_it_was() -> None:
    books = "fold-test"
    ledger.post(*(earned(n + 1, f"test.earn/{n}") for n in range(50)), ledger=books)
    before = ledger.balance(SHOP, ledger=books)
    assert before.posted_fen == -1275
    deadline = time.monotonic() + 30
    while not ledger.fold():  # xmin belongs to the cluster: a neighbour's open transaction holds it back
        assert time.monotonic() < deadline
        time.sleep(0.05)
    ledger.post(earned(1000, "test.earn/after"), ledger=books)
    assert ledger.balance(SHOP, ledger=books).posted_fen == -2275
    assert ledger.audit() == []
