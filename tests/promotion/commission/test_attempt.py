"""A long batch is booked without asking for its lines first; where that fails, the end is the careful way's."""

from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.promotion.commission.sales import T0
from xintui.foundation.ledger import facade as ledger
from xintui.promotion.commission import facade as commission
from xintui.promotion.commission import services
from xintui.promotion.commission.contracts import Outcome, Plan, Rule, Sale

pytestmark = pytest.mark.django_db
PLAN = Plan("v1", 10, 7, (Rule("base", 0, {}, 1250),), currency="CNY")
HOUR = timedelta(hours=1)


def sale(row: int, order: str, line: str, fen: int = 10_000, hours: int = 0) -> Sale:
    return Sale(
        row, order, line, "m1", "b1", "p1", "tea", 1, fen, "CNY", "pro1", "", T0 + hours * HOUR, None
    )  # fmt: skip


def settle(sales: list[Sale], books: str, now_hours: int = 24) -> Outcome:
    return commission.settle(now=T0 + now_hours * HOUR, sales=sales, books=books, plan=PLAN)


@pytest.fixture
def attempts(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Every batch is long; how many sales each call to `_book` was handed."""
    handed: list[int] = []
    plain = services.Run._book
    monkeypatch.setattr(services, "_ATTEMPT_FROM", 1)
    monkeypatch.setattr(services.Run, "_book", lambda run, fresh: (handed.append(fresh), plain(run, fresh))[1])
    return handed


def test_a_new_batch_is_booked_in_one_attempt(attempts: list[int]) -> None:
    done = settle([sale(1, "A", "1"), sale(2, "A", "2")], "t")
    assert (attempts, done.sales_new, done.postings, done.refused) == ([2], 2, 2, ())


def test_a_line_named_twice_undoes_the_attempt_and_is_refused(attempts: list[int]) -> None:
    done = settle([sale(1, "A", "1"), sale(2, "B", "1"), sale(3, "A", "1", fen=5)], "t")
    assert attempts == [3, 2]
    assert [(no.row, no.code) for no in done.refused] == [(3, "orders.duplicate")]
    assert (done.sales_new, done.postings) == (2, 2)
    assert ledger.totals(ledger="t") == (2, 2_500)


def test_known_lines_are_told_apart_from_changed_ones(attempts: list[int]) -> None:
    settle([sale(1, "A", "1"), sale(2, "B", "1")], "t")
    done = settle([sale(1, "A", "1"), sale(2, "B", "1", fen=9_999), sale(3, "C", "1")], "t")
    assert attempts == [2, 3, 1]
    assert [(no.row, no.code) for no in done.refused] == [(2, "orders.conflict")]
    assert (done.sales_known, done.sales_new) == (1, 1)


def test_a_later_line_is_set_aside_and_still_stands_before_its_double(attempts: list[int]) -> None:
    done = settle([sale(1, "A", "1", hours=48), sale(2, "A", "1"), sale(3, "B", "1")], "t")
    assert attempts == [1]
    assert [(no.row, no.code) for no in done.refused] == [(2, "orders.duplicate")]


class Undo(Exception):
    """Ends an example: its rows are rolled back."""


rows = st.lists(
    st.tuples(st.sampled_from("AB"), st.sampled_from("12"), st.sampled_from([10_000, 7]), st.sampled_from([0, 48])),
    max_size=6,
)


@settings(max_examples=25, deadline=None)
@given(rows, rows)
def test_both_ways_end_the_same(
    first: list[tuple[str, str, int, int]], second: list[tuple[str, str, int, int]]
) -> None:
    told = []
    for least in (1, 10**9):
        with pytest.MonkeyPatch.context() as patch, pytest.raises(Undo), transaction.atomic():
            patch.setattr(services, "_ATTEMPT_FROM", least)
            told.append(
                [settle([sale(n, *one) for n, one in enumerate(batch)], "t") for batch in (first, second) if batch]
                + [ledger.totals(ledger="t"), b"".join(ledger.moves_csv(ledger="t"))]
            )
            raise Undo
    assert told[0] == told[1]
