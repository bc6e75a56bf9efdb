"""A rater is judged by what she said: what others say of her, what comes later, names and order change nothing."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xintui.trust.graph.rules.raters import ONE, rater_trust

DAY = 86_400
Rows = list[tuple[int, int, float, float]]


def trust(rows: Rows, **given: float) -> dict[int, int]:
    rater, target, rating, at = zip(*rows, strict=True) if rows else ((), (), (), ())
    made = rater_trust(
        np.array(rater, int), np.array(target, int), np.array(rating, float), np.array(at, float), **given
    )
    return dict(zip(made.rater.tolist(), made.trust.tolist(), strict=True))


RATINGS = st.lists(
    st.tuples(
        st.integers(0, 7), st.integers(0, 7), st.sampled_from([-1.0, -0.3, 0.1, 0.5, 1.0]), st.integers(0, 9)
    ).map(lambda row: (*row[:3], row[3] * 40.0 * DAY)),
    min_size=1,
    max_size=60,
)


@given(RATINGS, st.integers(0, 7))
@settings(max_examples=150, deadline=None)
def test_what_others_say_of_a_rater_is_in_no_digit_of_her_trust(rows, she):
    silent = [row for row in rows if row[1] != she]
    slandered = silent + [(who, she, -1.0, 200.0 * DAY) for who in range(8) if who != she]
    assert trust(rows).get(she) == trust(silent).get(she) == trust(slandered).get(she)


@given(RATINGS, st.integers(0, 9))
@settings(max_examples=150, deadline=None)
def test_as_of_a_moment_nothing_later_is_known(rows, moment):
    until = moment * 40.0 * DAY
    assert trust(rows, as_of=until) == trust([row for row in rows if row[3] <= until])


@given(RATINGS, st.randoms(use_true_random=False))
@settings(max_examples=150, deadline=None)
def test_names_and_the_order_of_rows_change_nothing(rows, random):
    names = list(range(100, 108))
    random.shuffle(names)
    renamed = [(names[who], names[whom], value, at) for who, whom, value, at in rows]
    random.shuffle(renamed)
    assert trust(renamed) == {names[who]: score for who, score in trust(rows).items()}


def crowd(target: int, value: float, day: float, of: int = 5) -> Rows:
    """Raters 100, 101, … who agree on a target, a day apart each, after a year of sound ratings."""
    year = [(100 + n, 50 + k, 0.5, (k * 60 + n) * DAY) for k in range(6) for n in range(of)]
    return year + [(100 + n, target, value, (400 + day + n) * DAY) for n in range(of)]


def test_who_agrees_with_earlier_raters_is_worth_more_than_who_contradicts_them():
    rows = [*crowd(1, 0.6, 0), (7, 1, 0.6, 500.0 * DAY), (8, 1, -1.0, 500.0 * DAY)]
    made = trust(rows)
    assert made[7] > 2 * made[8]


def test_the_first_to_rate_a_target_is_neither_praised_nor_blamed_for_what_comes_later():
    alone = trust([(7, 1, 1.0, 0.0)])
    assert trust([(7, 1, 1.0, 0.0), *crowd(1, -1.0, 0)])[7] == alone[7]
    agreement, record, goodwill = (0.125 + 0.9) / 3.25, 0.2 / 1.2, 1 - 0.5 / 3
    assert alone[7] == pytest.approx(agreement * record * goodwill * ONE, abs=1)


def test_twenty_ratings_in_one_hour_are_worth_less_than_the_same_over_a_year():
    rows = [row for target in range(1, 21) for row in crowd(target, 0.6, 0)]
    sitting = [(7, target, 0.6, 500.0 * DAY + target) for target in range(1, 21)]
    year = [(8, target, 0.6, (500.0 + target * 18) * DAY) for target in range(1, 21)]
    made = trust(rows + sitting + year)
    assert made[8] > 4 * made[7]


def test_sockpuppets_who_outnumber_the_honest_do_not_outweigh_them():
    """Twelve fresh accounts call a target bad before it is judged; five raters with a record call it good."""
    puppets = [(200 + n, 1, -1.0, 410.0 * DAY + n) for n in range(12)]
    made = trust([*crowd(1, 0.6, 0), *puppets, (7, 1, 0.6, 500.0 * DAY), (8, 1, -1.0, 500.0 * DAY)])
    assert made[7] > made[8]


def test_only_the_last_word_about_a_target_counts_and_of_two_at_once_the_worse():
    later = [(7, 1, -1.0, 0.0), (7, 1, 0.5, 9.0)]
    assert trust(later) == trust([(7, 1, 0.5, 9.0)])
    assert trust([(7, 1, 0.5, 9.0), (7, 1, -1.0, 9.0)]) == trust([(7, 1, -1.0, 9.0)])


def test_a_rating_of_oneself_is_no_rating():
    assert trust([(7, 7, 1.0, 0.0)]) == {}
    assert trust([(7, 7, 1.0, 0.0), (7, 1, 0.5, 1.0)]) == trust([(7, 1, 0.5, 1.0)])


def test_no_ratings_are_no_raters():
    assert trust([]) == {}
