"""The leaves computed from a moves.csv are those that the database computes from the moves."""

from datetime import date

import pytest

from xintui.foundation.ledger import facade as ledger
from xintui.foundation.ledger.facade import Account, Kind, Move, Posting

pytestmark = pytest.mark.django_db
OWNERS = ["pro1", "微信", 'the "best", shop', "m🎉", "two\r\nlines", " padded ", "", "=1+1"]


def test_leaves_of_the_csv_are_the_leaves_of_the_rows() -> None:
    for n, owner in enumerate(OWNERS):
        shop, due = Account(Kind.MERCHANT_PAYABLE, owner), Account(Kind.PROMOTER_DUE, owner)
        day = date(2026, 11, 1 + n)
        moves = Move(shop, due, 10**n), Move(shop, Account(Kind.PLATFORM_FEE, "x"), 10 ** (2 * n))
        ledger.post(Posting(f"test.sold/{owner}/{n}", moves, day), ledger="csv")
    rows = [bytes(row) for row in ledger.moves_csv(ledger="csv")]
    expected = list(ledger.leaves(ledger="csv"))
    assert len(expected) == 2 * len(OWNERS)
    for parts in ([b"".join(rows)], rows, [b"".join(rows[:4]), b"".join(rows[4:])]):
        assert list(ledger.csv_leaves(parts)) == expected


def test_no_moves_have_no_leaves() -> None:
    assert list(ledger.csv_leaves(map(bytes, ledger.moves_csv(ledger="nobody's")))) == []
