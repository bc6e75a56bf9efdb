"""Real connections against each other: points spent twice, pledged while cash goes, a month's limit, expiry."""

import pytest
from django.db import transaction

from tests.promotion.commission.test_races import together
from tests.promotion.conftest import committed  # noqa: F401
from tests.trust.deposits.hands import ANNA as HOLDER
from tests.trust.deposits.hands import T0, agreed, now, paid
from tests.trust.points.hands import there
from xintui.foundation.identity.contracts import SYSTEM
from xintui.foundation.ledger import facade as ledger
from xintui.foundation.ledger.contracts import Account, Kind
from xintui.infra import tenancy
from xintui.trust.deposits import facade as deposits
from xintui.trust.deposits.contracts import Claim, Deposit, NothingToReturn, OffsetTooMuch, PartNotDue, PartState
from xintui.trust.points import facade
from xintui.trust.points.contracts import Earned, MonthUsed, TooFewPoints, Voucher

DAMAGES = Account(Kind.MERCHANT_PAYABLE, "mer01HURT")


@pytest.fixture(autouse=True)
def _real(committed: str):  # noqa: F811
    with tenancy.as_platform():
        yield
        with transaction.atomic():
            assert ledger.audit() == []
            assert facade.audit() == []


def earn(points: int, key: str = "a", at=T0):
    return facade.earn([Earned(HOLDER.id, key, "sales", points, at.date(), "")], now=at)


def redeem(tool: str, points: int):
    return lambda: facade.redeem(HOLDER.id, tool, points=points, by=SYSTEM, now=T0)


def test_the_same_earning_told_by_eight_at_once_counts_once() -> None:
    answers = together(*[lambda: earn(700)] * 8)
    assert sorted(answers) == [0] * 7 + [700]
    assert there(HOLDER.id).free == 700


def test_of_eight_who_spend_the_last_points_at_once_one_gets_the_tool() -> None:
    earn(700)
    answers = together(*[redeem("appeal_fast", 600)] * 8)
    assert sum(isinstance(one, Voucher) for one in answers) == 1
    assert sum(isinstance(one, TooFewPoints) for one in answers) == 7
    assert (there(HOLDER.id).free, len(facade.vouchers(HOLDER.id))) == (100, 1)


def test_a_month_lets_two_through_of_eight_at_once() -> None:
    earn(10_000)
    answers = together(*[redeem("appeal_fast", 600)] * 8)
    assert sum(isinstance(one, Voucher) for one in answers) == 2
    assert sum(isinstance(one, MonthUsed) for one in answers) == 6


def test_expiry_beside_use_takes_nothing_twice() -> None:
    earn(1_000)
    over = T0.replace(year=2027, month=12, day=1)
    spend = lambda: facade.redeem(HOLDER.id, "appeal_fast", points=600, by=SYSTEM, now=over)  # noqa: E731
    together(spend, lambda: facade.expire_due(now=over), spend, lambda: facade.expire_due(now=over))
    facade.expire_due(now=over)
    used = 600 * len(facade.vouchers(HOLDER.id))
    assert used in (0, 600)
    assert (there(HOLDER.id, at=over).free, there(HOLDER.id, at=over).used) == (0, 1_000)


@pytest.mark.parametrize("round_", range(4))
def test_points_never_stand_beside_cash_that_is_gone(round_: int) -> None:
    """Claims paid, points pledged and taken back, everything given back, all at once: never more points than cash."""
    earn(100_000)
    first, second, _third = agreed().parts
    paid(first.id)
    deposits.claim(HOLDER, "dispute/1", 25_000, "投诉", by=SYSTEM, now=T0)

    def pledge():
        return deposits.offset(second.id, HOLDER, 30_000, share_bp=5_000, by=SYSTEM, now=T0)

    def pay():
        return deposits.pay_claim("dispute/1", 25_000, DAMAGES, by=SYSTEM, now=T0)

    def back():
        return deposits.take_back(HOLDER, 10_000, by=SYSTEM, now=T0)

    acts = [pledge, pay, back, pledge] + ([lambda: deposits.give_all_back(HOLDER, by=SYSTEM, now=T0)] * (round_ % 2))
    answers = together(*acts)
    allowed = Deposit | Claim | OffsetTooMuch | PartNotDue | NothingToReturn
    assert all(isinstance(one, allowed) for one in answers), answers
    found = now()
    assert 0 <= found.pledged <= found.paid_fen
    assert found.held_fen <= found.paid_fen
    assert there(HOLDER.id).free + found.pledged == 100_000
    if round_ % 2 == 0:
        owed = sum(part.amount_fen for part in found.parts if part.state is PartState.DUE)
        assert found.paid_fen + found.pledged + owed == found.target_fen
