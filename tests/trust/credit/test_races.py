"""Signals about one subject from many connections at once: nothing is lost, and the score is that of all of them."""

from datetime import UTC, date, datetime

import pytest

from tests.promotion.commission.test_races import together
from tests.promotion.conftest import committed  # noqa: F401
from xintui.infra import tenancy
from xintui.trust.credit import facade
from xintui.trust.credit.contracts import Scale, Signal, Subject, SubjectKind

T0 = datetime(2026, 11, 29, 2, 0, tzinfo=UTC)
TODAY = date(2026, 11, 29)
ANNA, BERT = (Subject(f"pro0{n}", SubjectKind.PROMOTER, TODAY) for n in (1, 2))


@pytest.fixture(autouse=True)
def _real(committed: str):  # noqa: F811
    with tenancy.as_platform():
        yield


def fact(n: int, who: Subject) -> Signal:
    return Signal(who.id, f"got/{n}", "fulfilment", TODAY, T0, int(n % 9 > 0), 1)


def test_hands_that_tell_the_same_facts_about_two_in_any_order_leave_what_one_hand_leaves() -> None:
    facts = [fact(n, who) for n in range(50) for who in (ANNA, BERT)]

    def tell(start: int, step: int):
        return lambda: facade.observe(facts[start:][::step], [ANNA, BERT], now=T0)

    answers = together(*(tell(start, step) for start in (0, 10, 30) for step in (1, -1)))
    assert all(isinstance(one, int) for one in answers), answers
    (point,) = [one for one in facade.explain(ANNA.id, Scale.CREDIT).points if one.code == "fulfilment"]
    assert (point.good, point.total) == (44, 50)
    assert facade.audit() == (4, [])
    assert facade.rebuild(now=T0) == (2, 0)
