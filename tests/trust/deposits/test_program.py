"""Any program of what can happen to a deposit: the invariants hold after every step, to the fen and the point."""

import contextlib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.trust.deposits.hands import ANNA, T0, agreed, arrived, opened, refunded
from xintui.foundation.identity.contracts import SYSTEM
from xintui.foundation.ledger import facade as ledger
from xintui.foundation.ledger.contracts import Account, Kind
from xintui.kernel.errors import DomainError
from xintui.trust.deposits import facade
from xintui.trust.deposits.contracts import ClaimState, PartState, ReturnState, State
from xintui.trust.points import facade as points
from xintui.trust.points.contracts import Earned

pytestmark = pytest.mark.django_db
DAMAGES = Account(Kind.MERCHANT_PAYABLE, "mer01HURT")
EARNED = 150_000
VERBS = "agree pay offset take_back claim pay_claim drop_claim restore leave stay arrive".split()
STEPS = st.lists(st.tuples(st.sampled_from(VERBS), st.integers(0, 7), st.integers(1, 90_000)), max_size=24)


def parts(state):
    found = facade.current(ANNA, today=T0.date())
    return [part for part in found.parts if part.state is state] if found else []


def claims(state):
    found = facade.current(ANNA, today=T0.date())
    return [one for one in found.claims if one.state is state] if found else []


def act(verb: str, n: int, fen: int, counter: list[int]) -> None:
    """One step; what has nothing to act on does nothing."""
    due, open_ = parts(PartState.DUE), claims(ClaimState.OPEN)
    match verb:
        case "agree":
            agreed()
        case "pay" if due:
            facade.paid([arrived(opened(due[n % len(due)].id))])
        case "offset" if due:
            facade.offset(due[n % len(due)].id, ANNA, fen, share_bp=5_000, by=SYSTEM, now=T0)
        case "take_back":
            facade.take_back(ANNA, fen, by=SYSTEM, now=T0)
        case "claim":
            counter[0] += 1
            facade.claim(ANNA, f"dispute/{counter[0]}", fen, "投诉", by=SYSTEM, now=T0)
        case "pay_claim" if open_:
            one = open_[n % len(open_)]
            facade.pay_claim(one.key, max(1, min(fen, one.held_fen)), DAMAGES, by=SYSTEM, now=T0)
        case "drop_claim" if open_:
            facade.drop_claim(open_[n % len(open_)].key, "撤诉", by=SYSTEM, now=T0)
        case "restore":
            if done := claims(ClaimState.PAID):
                facade.restore_claim(done[n % len(done)].key, Account(Kind.BUYER_DEBT, "usr1"), by=SYSTEM, now=T0)
        case "leave":
            facade.give_all_back(ANNA, by=SYSTEM, now=T0)
        case "stay":
            facade.stay(ANNA, by=SYSTEM, now=T0)
        case "arrive":
            found = facade.current(ANNA, today=T0.date())
            going = [one for one in found.returns if one.state is ReturnState.SENT] if found else []
            if going:
                facade.returned([refunded(going[n % len(going)])])


def check() -> None:
    found = facade.current(ANNA, today=T0.date())
    if found is None or found.state is State.CLOSED:
        return
    away = sum(one.amount_fen for one in found.returns if one.state is not ReturnState.DONE)
    held = sum(one.held_fen for one in found.claims if one.state is ClaimState.OPEN)
    owed = sum(part.amount_fen for part in found.parts if part.state is PartState.DUE)
    assert found.held_fen == held + away <= found.paid_fen, "a deposit is never below its open claims"
    assert found.pledged <= found.paid_fen - away, "a point stands beside a fen of cash that stays"
    assert found.pledged * 2 <= found.target_fen, "points are at most half of the whole"
    there = points.account(ANNA.id, today=T0.date())
    assert there.free + found.pledged == EARNED, "points go nowhere else"
    cover = found.paid_fen - away + found.pledged
    if found.state is State.OPEN:
        assert cover + owed == found.target_fen, "what is there and what is owed is the deposit: never more"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_no_order_of_events_breaks_a_deposit(steps, django_db_blocker, db) -> None:
    from django.db import transaction

    with transaction.atomic():
        points.earn([Earned(ANNA.id, "sales/2026-10", "sales", EARNED, T0.date(), "")], now=T0)
        agreed()
        counter = [0]
        for verb, n, fen in steps:
            with contextlib.suppress(DomainError):
                act(verb, n, fen, counter)
            check()
        assert points.audit() == []
        ledger.fold()
        assert ledger.audit() == []
        transaction.set_rollback(True)
