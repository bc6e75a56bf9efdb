"""The order and the cutting of a month's payments change nothing in what is withheld in the end, failures included."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.promotion.money import earn, withdrawn
from tests.promotion.people import NOW, promoter
from xintui.promotion.payouts import facade as payouts
from xintui.promotion.payouts.contracts import YearToDate
from xintui.promotion.payouts.rules import cumulative_withholding, load_table, open_month

pytestmark = pytest.mark.django_db

PAYMENTS = st.lists(
    st.tuples(st.integers(100, 5_000_00), st.sampled_from(["paid", "paid", "paid", "failed", "expired"])),
    min_size=1,
    max_size=4,
)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(PAYMENTS, st.randoms(use_true_random=False))
def test_order_and_cutting_do_not_change_the_tax(parts, chance) -> None:  # type: ignore[no-untyped-def]
    from django.db import transaction

    shuffled = list(parts)
    chance.shuffle(shuffled)
    whole = sum(fen for fen, outcome in parts if outcome == "paid")
    with transaction.atomic():
        ends = []
        for n, order in enumerate((parts, shuffled)):
            one = promoter(n + 1).id
            earn(one, 100_000_00)
            for fen, outcome in order:
                withdrawn(one, fen, outcome=outcome)
            year = payouts.tax_years(one)[0]
            ends.append((year.income_fen, year.withheld_fen))
        transaction.set_rollback(True)
    table = load_table("iit_platform", NOW.date())
    at_once = cumulative_withholding(open_month(YearToDate(2026), "2026-11", table), whole, table)
    assert ends == [(whole, at_once.tax_fen)] * 2
