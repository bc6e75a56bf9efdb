"""Money: whole units, one rounding, and parts that are together the whole."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xintui.kernel.money import LIMIT_MINOR, Fen, Money, share, split, yuan

amounts = st.integers(-LIMIT_MINOR, LIMIT_MINOR)
totals = st.integers(0, LIMIT_MINOR)
rates = st.integers(0, 10_000)
weights = st.lists(st.integers(0, 10**9), min_size=1, max_size=12).filter(any)


@pytest.mark.parametrize(
    ("paid", "rate_bp", "part"),
    [(10000, 1250, 1250), (6667, 1250, 833), (3334, 1250, 416), (7, 1250, 0), (0, 10000, 0)],
)
def test_a_share_is_rounded_down_once(paid: int, rate_bp: int, part: int) -> None:
    assert share(paid, rate_bp) == part
    assert Fen(paid).share(rate_bp) == Fen(part)


@given(totals, rates)
def test_a_share_is_the_floor_and_never_more_than_the_whole(total: int, rate_bp: int) -> None:
    part = share(total, rate_bp)
    assert part * 10_000 <= total * rate_bp < (part + 1) * 10_000
    assert 0 <= part <= total


@given(totals, rates, rates)
def test_two_shares_never_exceed_the_share_of_both(total: int, a: int, b: int) -> None:
    assert 0 <= share(total, a + b) - share(total, a) - share(total, b) <= 1


@pytest.mark.parametrize(("amount", "rate"), [(-1, 1), (1, -1)])
def test_a_share_of_less_than_nothing_is_a_bug(amount: int, rate: int) -> None:
    with pytest.raises(AssertionError):
        share(amount, rate)


@pytest.mark.parametrize(
    ("total", "by", "parts"),
    [
        (100, [1, 1, 1], [34, 33, 33]),
        (101, [1, 1, 1], [34, 34, 33]),
        (2, [1, 1, 1], [1, 1, 0]),
        (10, [0, 3, 0], [0, 10, 0]),
        (7, [2, 1], [5, 2]),
        (0, [5, 5], [0, 0]),
        (1, [0, 1, 1], [0, 1, 0]),
    ],
)
def test_the_largest_remainders_get_what_is_left(total: int, by: list[int], parts: list[int]) -> None:
    assert split(total, by) == parts


@given(totals, weights)
def test_the_parts_are_the_whole_and_each_is_within_one_of_fair(total: int, by: list[int]) -> None:
    parts = split(total, by)
    assert sum(parts) == total
    for part, weight in zip(parts, by, strict=True):
        assert part >= 0
        assert abs(part * sum(by) - total * weight) < sum(by)
        if weight == 0:
            assert part == 0


@given(totals, weights, st.integers(1, 1000))
def test_only_the_proportion_of_the_weights_matters(total: int, by: list[int], factor: int) -> None:
    assert split(total, by) == split(total, [weight * factor for weight in by])


@given(totals, weights)
def test_a_heavier_weight_never_gets_less(total: int, by: list[int]) -> None:
    weighed = list(zip(by, split(total, by), strict=True))
    assert all(heavy >= light for w, heavy in weighed for v, light in weighed if w > v)


@pytest.mark.parametrize(("total", "by"), [(-1, [1]), (1, []), (1, [0, 0]), (1, [2, -1])])
def test_an_impossible_split_is_a_bug(total: int, by: list[int]) -> None:
    with pytest.raises(AssertionError):
        split(total, by)


@given(amounts, amounts)
def test_money_adds_subtracts_and_orders_like_its_amount(a: int, b: int) -> None:
    assert Fen(a) + Fen(b) == Fen(a + b)
    assert Fen(a) - Fen(b) == Fen(a) + -Fen(b)
    assert (Fen(a) < Fen(b), Fen(a) <= Fen(b), Fen(a) > Fen(b)) == (a < b, a <= b, a > b)
    assert bool(Fen(a)) == (a != 0)


def test_two_currencies_do_not_mix() -> None:
    yen, fen = Money(100, "JPY"), Fen(100)
    assert yen != fen
    for mix in (lambda: yen + fen, lambda: yen - fen, lambda: yen < fen, lambda: yen >= fen):
        with pytest.raises(AssertionError):
            mix()


@pytest.mark.parametrize("amount", [1.0, True, "1", None])
def test_money_is_nothing_but_a_whole_number(amount: object) -> None:
    with pytest.raises(AssertionError):
        Money(amount)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("minor", "text"),
    [(0, "0.00"), (5, "0.05"), (-5, "-0.05"), (123456, "1,234.56"), (-100, "-1.00"), (10**15, "10,000,000,000,000.00")],
)
def test_yuan_reads_as_people_write_it(minor: int, text: str) -> None:
    assert yuan(minor) == text


@given(amounts)
def test_what_is_shown_is_what_it_is(minor: int) -> None:
    assert int(yuan(minor).replace(",", "").replace(".", "")) == minor


@pytest.mark.parametrize(
    ("money", "text"),
    [(Fen(123456), "1,234.56 CNY"), (Money(123456, "JPY"), "123,456 JPY"), (Money(-7, "USD"), "-0.07 USD")],
)
def test_a_currency_without_decimals_shows_none(money: Money, text: str) -> None:
    assert str(money) == text
