"""Several workers at the same moment, on connections of their own."""

import dataclasses

from tests.engagement.followups.people import DAY, SEVEN, T0, buys, customer, mei, running
from tests.promotion.commission.test_races import together
from tests.promotion.conftest import committed  # noqa: F401 - a fixture
from xintui.engagement.followups import facade

DUE = T0 + 7 * DAY


def test_two_workers_at_once_make_nothing_twice_and_nobody_is_brought_up_more_often(committed: str) -> None:  # noqa: F811
    me, other = mei(), mei(2)
    for n in range(1, 6):
        buys(f"ordA{n}", customer(n), me)
        buys(f"ordB{n}", f"usr{n}", other)
    for n in range(3):
        running(dataclasses.replace(SEVEN, name=f"方案 {n}"))
    answers = together(*[lambda: facade.make_due(now=DUE)] * 3)
    assert sorted(answers) == [0, 0, 15]
    each = [len(facade.about(f"usr{n}").items) for n in range(1, 6)]
    assert each == [3] * 5
