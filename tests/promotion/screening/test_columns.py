"""The search among columns is what a slow and obvious one says, for any rows, filters and orders."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xintui.promotion.screening.contracts import Known, OneOf, Range, Sort
from xintui.promotion.screening.rules import columns
from xintui.promotion.screening.rules.columns import NONE, Columns

KEYS = ("money", "score", "level")
LEVELS = ("junior", "gold", "partner")
numbers = st.none() | st.integers(0, 12)
rows = st.lists(
    st.tuples(
        st.booleans(),
        numbers | st.integers(10**11, 10**11 + 3),
        numbers,
        st.none() | st.sampled_from(LEVELS),
        st.booleans(),
    ),
    max_size=60,
)
ranges = st.tuples(st.none() | st.integers(0, 12), st.none() | st.integers(0, 12)).filter(
    lambda ends: ends != (None, None)
)
filters = st.lists(
    st.builds(lambda key, ends: Range(key, *ends), st.sampled_from(["money", "score"]), ranges)
    | st.builds(OneOf, st.just("level"), st.lists(st.sampled_from(LEVELS), max_size=3).map(tuple))
    | st.builds(Known, st.sampled_from(KEYS), st.booleans()),
    max_size=3,
)
sorts = st.builds(Sort, st.sampled_from(KEYS), st.booleans())


def held(given_rows):
    """The rows at slots 3, 5, 7, …: slots have gaps."""
    made = Columns(KEYS, frozenset({"money"}), {"level": LEVELS})
    slots = np.array([3 + 2 * n for n in range(len(given_rows))], dtype=np.int64)
    values = {
        key: np.array([NONE if (one := plain(row)[key]) is None else one for row in given_rows], dtype=np.int64)
        for key in KEYS
    }
    listed, featured = (np.array([row[n] for row in given_rows], dtype=bool) for n in (0, 4))
    made.put(slots, listed, featured, values)
    return made


def plain(row):
    level = LEVELS.index(row[3]) if row[3] is not None else None
    return {"money": row[1], "score": row[2], "level": level}


def passes(one, row):
    value = plain(row)[one.key]
    if isinstance(one, Known):
        return (value is not None) is one.known
    if value is None:
        return False
    if isinstance(one, OneOf):
        return LEVELS[value] in one.values
    return (one.low is None or value >= one.low) and (one.high is None or value <= one.high)


def slowly(given_rows, filters, sort):
    """Slots in the order asked for."""
    kept = [(3 + 2 * n, row) for n, row in enumerate(given_rows) if row[0] and all(passes(f, row) for f in filters)]
    kept.sort(key=lambda pair: (not pair[1][4], pair[0]))
    known = [(slot, plain(row)[sort.key]) for slot, row in kept if plain(row)[sort.key] is not None]
    known.sort(key=lambda pair: -pair[1] if sort.descending else pair[1])
    return [slot for slot, _ in known] + [slot for slot, row in kept if plain(row)[sort.key] is None]


@pytest.fixture(autouse=True)
def few_are_many(monkeypatch):
    """What is done for the sake of a million rows is done for ten."""
    monkeypatch.setattr(columns, "MANY", 10)
    monkeypatch.setattr(columns, "SAMPLE", 4)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(rows, filters, sorts, st.integers(1, 7))
def test_every_page_of_every_search_is_what_looking_at_each_row_finds(given_rows, filters, sort, limit):
    made, expected = held(given_rows), slowly(given_rows, filters, sort)
    after, seen = None, []
    while True:
        cut = made.cut(filters, sort, after, limit)
        assert cut.passed == len(expected)
        seen += cut.slots
        if len(cut.slots) < limit:
            break
        after = (cut.values[-1], cut.places[-1])
    assert seen == expected


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(rows, filters)
def test_the_picture_counts_everybody_whose_service_is_known_once(given_rows, filters):
    steps, scores = (0, 5, 10**11), (0, 4, 8)
    counts = held(given_rows).cells(filters, ("money", steps), ("score", scores))
    expected = np.zeros((4, 3), dtype=int)
    for row in given_rows:
        if row[0] and row[2] is not None and all(passes(f, row) for f in filters):
            column = 0 if row[1] is None else sum(row[1] >= step for step in steps)
            expected[column, sum(row[2] >= step for step in scores) - 1] += 1
    assert counts.tolist() == expected.tolist()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(rows, st.data())
def test_rows_put_again_are_as_they_are_now(given_rows, data):
    made = held(given_rows)
    if not given_rows:
        return
    n = data.draw(st.integers(0, len(given_rows) - 1))
    later = [*given_rows[:n], data.draw(rows.filter(bool))[0], *given_rows[n + 1 :]]
    one = held(later)
    values = {key: one.columns[key][[3 + 2 * n]] for key in KEYS}
    made.put(np.array([3 + 2 * n]), one.listed[[3 + 2 * n]], one.featured[[3 + 2 * n]], values)
    for sort in (Sort("money", True), Sort("level", False)):
        assert made.cut((), sort, None, 100) == one.cut((), sort, None, 100)
