"""T-03: points stand for up to half of a deposit, the ledger keeps them within the cash, and each way back is open."""

import pytest

from tests.trust.deposits.hands import (
    ANNA,
    NEW,
    T0,
    agreed,
    arrived,
    now,
    opened,
    paid,
    refunded,
)  # fmt: skip
from xintui.foundation.identity.contracts import SYSTEM
from xintui.foundation.ledger import facade as ledger
from xintui.foundation.ledger.contracts import Account, Kind, WouldOverdraw
from xintui.trust.deposits import facade
from xintui.trust.deposits.contracts import (
    NothingToReturn,
    OffsetTooMuch,
    PartKind,
    PartNotDue,
    PartState,
    RiskClass,
    State,
)
from xintui.trust.points import facade as points
from xintui.trust.points.contracts import Earned

pytestmark = pytest.mark.django_db
DAMAGES = Account(Kind.MERCHANT_PAYABLE, "mer01HURT")
HALF = 5_000


@pytest.fixture(autouse=True)
def _points():
    points.earn([Earned(ANNA.id, "sales/2026-10", "sales", 100_000, T0.date(), "")], now=T0)
    yield
    assert points.audit() == []
    ledger.fold()
    assert ledger.audit() == []


def due():
    return [part for part in now().parts if part.state is PartState.DUE]


def offset(n, wanted, share_bp=HALF):
    return facade.offset(due()[n].id, ANNA, wanted, share_bp=share_bp, by=SYSTEM, now=T0)


def there():
    return points.account(ANNA.id, today=T0.date())


def test_points_need_as_much_cash_beside_them():
    agreed()
    with pytest.raises(OffsetTooMuch) as caught:
        offset(1, 1)
    assert caught.value.facts == {"most": 0}
    paid(due()[0].id)
    with pytest.raises(OffsetTooMuch) as caught:
        offset(0, 40_801)
    assert caught.value.facts == {"most": 39_600}
    assert (now().pledged, there().free) == (0, 100_000)


def test_half_in_cash_and_half_in_points_is_the_whole_deposit():
    agreed()
    paid(due()[0].id)
    offset(0, 39_600)
    assert [(part.amount_fen, part.kind) for part in due()] == [(39_600, PartKind.INSTALMENT)]
    offset(0, 1_200)
    assert [part.amount_fen for part in due()] == [38_400]
    paid(due()[0].id)
    found = now()
    assert (found.paid_fen, found.pledged, found.quota, due()) == (79_200, 40_800, None, [])
    assert (there().free, there().pledged) == (59_200, 40_800)


def test_never_more_than_half_of_the_whole_and_less_where_credit_allows_less():
    agreed(in_parts=False)
    (whole,) = due()
    assert facade.offset_most(whole.id, ANNA, share_bp=HALF, now=T0) == 0
    facade.give_all_back(ANNA, by=SYSTEM, now=T0)
    agreed()
    paid(due()[0].id, due()[1].id)
    (last,) = due()
    assert facade.offset_most(last.id, ANNA, share_bp=2_000, now=T0) == 24_000
    assert facade.offset_most(last.id, ANNA, share_bp=9_000, now=T0) == 39_600
    offset(0, 24_000, share_bp=2_000)
    assert facade.offset_most(due()[0].id, ANNA, share_bp=2_000, now=T0) == 0


def test_what_is_paid_for_a_part_that_points_took_over_comes_back():
    agreed()
    paid(due()[0].id)
    payment = opened(due()[0].id)
    offset(0, 39_600)
    facade.paid([arrived(payment)])
    found = now()
    assert [(one.amount_fen, one.state.value) for one in found.returns] == [(39_600, "sent")]
    facade.returned([refunded(found.returns[0])])
    assert (now().paid_fen, now().pledged) == (40_800, 39_600)


def test_points_come_back_by_one_tap_and_cash_is_owed_in_their_place():
    agreed()
    paid(due()[0].id)
    offset(0, 39_600)
    found = facade.take_back(ANNA, 9_600, by=SYSTEM, now=T0)
    assert (found.pledged, found.quota, there().free) == (30_000, 5, 70_000)
    assert [(part.kind, part.amount_fen) for part in due()] == [
        (PartKind.INSTALMENT, 39_600),
        (PartKind.TOP_UP, 9_600),
    ]
    facade.take_back(ANNA, 90_000, by=SYSTEM, now=T0)
    assert (now().pledged, there().free) == (0, 100_000)
    with pytest.raises(NothingToReturn):
        facade.take_back(ANNA, 1, by=SYSTEM, now=T0)


def test_a_claim_takes_cash_only_and_frees_the_points_that_stood_beside_it():
    agreed()
    paid(due()[0].id)
    offset(0, 39_600)
    facade.claim(ANNA, "dispute/1", 30_000, "投诉", by=SYSTEM, now=T0)
    assert now().pledged == 39_600, "a complaint alone takes nothing away"
    facade.pay_claim("dispute/1", 30_000, DAMAGES, by=SYSTEM, now=T0)
    found = now()
    assert (found.paid_fen, found.pledged, there().free) == (10_800, 10_800, 89_200)
    assert [part.amount_fen for part in due() if part.kind is PartKind.TOP_UP] == [30_000 + 28_800]
    facade.restore_claim("dispute/1", Account(Kind.BUYER_DEBT, "usr1"), by=SYSTEM, now=T0)
    found = now()
    owed = sum(part.amount_fen for part in due())
    assert (found.paid_fen + found.pledged + owed, found.target_fen) == (120_000, 120_000)


def test_leaving_gives_the_points_back_at_once_and_every_fen_the_way_it_came():
    agreed()
    paid(due()[0].id)
    offset(0, 39_600)
    found = facade.give_all_back(ANNA, by=SYSTEM, now=T0)
    assert (found.state, found.pledged, there().free) == (State.LEAVING, 0, 100_000)
    facade.returned([refunded(one) for one in now().returns])
    assert (now().state, now().paid_fen) == (State.CLOSED, 0)


def test_a_part_of_a_deposit_that_is_leaving_takes_no_points():
    agreed()
    part = due()[0].id
    facade.give_all_back(ANNA, by=SYSTEM, now=T0)
    with pytest.raises(PartNotDue):
        facade.offset(part, ANNA, 1, share_bp=HALF, by=SYSTEM, now=T0)


def test_the_ledger_itself_refuses_a_point_more_than_there_is_cash():
    agreed()
    paid(due()[0].id)
    with pytest.raises(WouldOverdraw):
        points.pledge(ANNA.id, "dpo-forged", 40_801, now=T0)
    assert (now().pledged, there().free) == (0, 100_000)


def test_a_raise_paid_in_points_counts_at_once():
    facade.agree(ANNA, RiskClass.MEDIUM, NEW, amount_fen=120_000, in_parts=False, by=SYSTEM, now=T0)
    paid(due()[0].id)
    facade.agree(ANNA, RiskClass.HIGH, NEW, amount_fen=300_000, in_parts=False, by=SYSTEM, now=T0)
    offset(0, 60_000)
    assert now().risk_class is RiskClass.MEDIUM
    paid(due()[0].id)
    found = now()
    assert (found.risk_class, found.target_fen, found.paid_fen, found.pledged) == (
        RiskClass.HIGH, 300_000, 240_000, 60_000,
    )  # fmt: skip


def test_a_part_may_fall_due_later():
    agreed()
    part = due()[1]
    facade.postpone(part.id, ANNA, 15, by=SYSTEM, now=T0)
    assert (due()[1].due_on - part.due_on).days == 15
    paid(part.id)
    with pytest.raises(PartNotDue):
        facade.postpone(part.id, ANNA, 15, by=SYSTEM, now=T0)
