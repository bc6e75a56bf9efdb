"""Real connections against each other (reliability, row 16): claims, a return, goods, the same payment told twice."""

import pytest
from django.db import transaction

from tests.promotion.commission.test_races import together
from tests.promotion.conftest import committed  # noqa: F401
from tests.trust.deposits.hands import ANNA, T0, agreed, arrived, now, opened, paid, whole
from xintui.foundation.identity.contracts import SYSTEM
from xintui.foundation.ledger import facade as ledger
from xintui.infra import tenancy
from xintui.trust.deposits import facade
from xintui.trust.deposits.contracts import AlreadyOpen, Claim, Deposit, NothingToReturn, QuotaUsed

CLAIM = 25_000


@pytest.fixture(autouse=True)
def _real(committed: str):  # noqa: F811
    with tenancy.as_platform():
        yield
        with transaction.atomic():
            assert ledger.audit() == []


def claim(n: int):
    return lambda: facade.claim(ANNA, f"dispute/{n}", CLAIM, "投诉", by=SYSTEM, now=T0)


def leave():
    return facade.give_all_back(ANNA, by=SYSTEM, now=T0)


@pytest.mark.parametrize("round_", range(3))
def test_claims_and_a_return_at_once_never_promise_the_same_fen_twice(round_: int) -> None:
    whole()
    answers = together(claim(1), claim(2), leave, claim(3), leave, claim(4))
    assert all(isinstance(one, Claim | Deposit | NothingToReturn) for one in answers), answers
    found = now()
    held = sum(one.held_fen for one in found.claims)
    going = sum(one.amount_fen for one in found.returns)
    assert (held + going, found.held_fen, found.available_fen) == (120_000, 120_000, 0)
    assert all(one.held_fen in (0, CLAIM) for one in found.claims)


def test_eight_more_goods_at_once_and_five_places() -> None:
    paid(agreed().parts[0].id)
    acts = [lambda n=n: facade.stand_behind(ANNA, f"prd{n}", "luxury", now=T0) for n in range(8)]
    answers = together(*acts)
    assert sum(one is None for one in answers) == 5
    assert sum(isinstance(one, QuotaUsed) for one in answers) == 3
    assert (now().goods, len(facade.goods(ANNA))) == (5, 5)


def test_the_same_piece_eight_times_at_once_is_one() -> None:
    paid(agreed().parts[0].id)
    acts = [lambda: facade.stand_behind(ANNA, "prd1", "luxury", now=T0)] * 8
    assert together(*acts) == [None] * 8
    assert (now().goods, facade.goods(ANNA)) == (1, ["prd1"])


def test_one_payment_told_by_four_at_once_counts_once() -> None:
    event = arrived(opened(agreed(in_parts=False).parts[0].id))
    assert together(*[lambda: facade.paid([event])] * 4) == [None] * 4
    assert (now().paid_fen, len(now().parts)) == (120_000, 1)


def test_of_four_who_agree_at_once_one_is_let_through() -> None:
    answers = together(*[agreed] * 4)
    assert sum(isinstance(one, Deposit) for one in answers) == 1
    assert sum(isinstance(one, AlreadyOpen) for one in answers) == 3
