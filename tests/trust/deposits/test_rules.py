"""T-01, T-02: how much, for whom, in which parts, and what each part allows."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xintui.trust.deposits import rules, tables
from xintui.trust.deposits.contracts import Band, Facts, HolderKind, RiskClass

TODAY = date(2026, 11, 29)
TERMS = tables.terms(TODAY)


@pytest.mark.parametrize(
    ("facts", "band"),
    [
        (Facts(), Band.C),
        (Facts(tenure_days=59, orders=20, refunded_bp=0), Band.C),
        (Facts(tenure_days=60, orders=20, refunded_bp=1000), Band.B),
        (Facts(tenure_days=60, orders=20, refunded_bp=1001), Band.C),
        (Facts(tenure_days=180, orders=100, refunded_bp=500), Band.A),
        (Facts(tenure_days=180, orders=100, refunded_bp=501), Band.B),
        (Facts(tenure_days=180, orders=19, refunded_bp=9000), Band.C),
        (Facts(tenure_days=180, orders=20, refunded_bp=2500), Band.D),
        (Facts(tenure_days=999, orders=999, debt_fen=1), Band.D),
    ],
)
def test_the_band_is_the_first_rule_that_fits(facts, band):
    assert rules.band(facts, TERMS.bands).band is band


@pytest.mark.parametrize(
    ("kind", "risk_class", "amounts"),
    [
        (HolderKind.PROMOTER, RiskClass.LOW, [0, 0, 0, 0]),
        (HolderKind.PROMOTER, RiskClass.MEDIUM, [50_000, 80_000, 120_000, 200_000]),
        (HolderKind.PROMOTER, RiskClass.HIGH, [100_000, 200_000, 300_000, 500_000]),
        (HolderKind.MERCHANT, RiskClass.LOW, [0, 0, 0, 0]),
        (HolderKind.MERCHANT, RiskClass.MEDIUM, [100_000, 150_000, 200_000, 300_000]),
        (HolderKind.MERCHANT, RiskClass.HIGH, [200_000, 300_000, 400_000, 500_000]),
    ],
)
def test_the_table_is_500_to_5000_yuan_and_low_risk_costs_nothing(kind, risk_class, amounts):
    known = [
        Facts(tenure_days=365, orders=500),
        Facts(tenure_days=90, orders=50),
        Facts(),
        Facts(debt_fen=100),
    ]
    quotes = [rules.quote(kind, risk_class, facts, TERMS, TODAY) for facts in known]
    assert [one.amount_fen for one in quotes] == amounts
    assert [one.band for one in quotes] == list(Band)
    if risk_class is RiskClass.LOW:
        assert not any(one.instalments or one.steps for one in quotes)


def test_a_quote_shows_its_parts_and_what_each_brings():
    shown = rules.quote(HolderKind.PROMOTER, RiskClass.MEDIUM, Facts(), TERMS, TODAY)
    assert [(one.amount_fen, str(one.due_on)) for one in shown.instalments] == [
        (40_800, "2026-11-29"),
        (39_600, "2026-12-29"),
        (39_600, "2027-01-28"),
    ]
    assert [(one.paid_fen, one.goods) for one in shown.steps] == [(40_800, 5), (80_400, 15), (120_000, None)]
    assert shown.band_says == "资料还不多，按一般情况"


def test_a_category_that_nobody_named_is_low_risk():
    assert TERMS.class_of("tea") is TERMS.class_of("") is RiskClass.LOW
    assert TERMS.class_of("health") is RiskClass.HIGH


@given(st.integers(min_value=100, max_value=10**12))
def test_the_parts_sum_to_the_whole_and_each_reaches_its_step(amount):
    parts = [one.amount_fen for one in rules.instalments(amount, TERMS, TODAY)]
    assert sum(parts) == amount
    reached = [rules.quota(sum(parts[:n]), amount, TERMS) for n in (1, 2, 3)]
    assert reached == [5, 15, None]


@given(st.integers(min_value=0, max_value=10**9), st.integers(min_value=0, max_value=10**9))
def test_more_money_never_allows_less(one, other):
    def goods(fen: int) -> float:
        allowed = rules.quota(fen, 10**9, TERMS)
        return float("inf") if allowed is None else allowed

    assert (goods(one) <= goods(other)) or one > other


@given(st.integers(min_value=0, max_value=500), st.lists(st.integers(min_value=0, max_value=100), max_size=8))
def test_a_return_takes_parts_in_order_and_never_more_than_there_is(wanted, parts):
    taken = rules.take(wanted, [(str(n), fen) for n, fen in enumerate(parts)])
    assert sum(fen for _, fen in taken) == min(wanted, sum(parts))
    assert all(0 < fen <= parts[int(name)] for name, fen in taken)
    full = [fen == parts[int(name)] for name, fen in taken]
    assert all(full[:-1])
