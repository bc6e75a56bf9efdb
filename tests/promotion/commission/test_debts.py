"""P-10: a debt waits for later earnings, and after notice it is taken from the deposit, if there is one."""

from datetime import timedelta

import pytest

from tests.promotion.money import owned
from tests.promotion.people import NOW, promoter
from tests.trust.deposits.hands import arrived
from xintui.foundation.identity.contracts import SYSTEM
from xintui.foundation.ledger import facade as ledger
from xintui.foundation.payments.contracts import Channel
from xintui.promotion.commission import facade
from xintui.trust.deposits import facade as deposits
from xintui.trust.deposits.contracts import ClaimState, Facts, Holder, HolderKind, RiskClass

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
DEBT = ledger.Kind.PROMOTER_DEBT


def secured(n: int) -> Holder:
    """A promoter with 1,200 yuan of deposit."""
    holder = Holder(HolderKind.PROMOTER, promoter(n).id)
    made = deposits.agree(holder, RiskClass.MEDIUM, Facts(), amount_fen=120_000, in_parts=False, by=SYSTEM, now=NOW)
    payment = deposits.pay(made.parts[0].id, holder, openid="o", channel=Channel.JSAPI, psp="wechat", now=NOW)
    deposits.paid([arrived(payment, at=NOW)])
    return holder


def move(who: str, fen: int) -> None:
    """A refund after payout makes a debt (> 0); a later earning pays it down (< 0)."""
    debt, shop = ledger.Account(DEBT, who), ledger.Account(ledger.Kind.MERCHANT_PAYABLE, "mch-tea")
    pair = (debt, shop) if fen > 0 else (shop, debt)
    ledger.post(ledger.Posting(f"test.debt/{who}/{fen}", (ledger.Move(*pair, abs(fen)),), NOW.date()))


def held(who: Holder) -> tuple[int, int, list[tuple[ClaimState, int]]]:
    found = deposits.current(who, today=NOW.date())
    assert found is not None
    return found.paid_fen, found.held_fen, [(one.state, one.paid_fen) for one in found.claims]


def test_after_seven_days_notice_the_deposit_pays_the_debt():
    anna = secured(1)
    move(anna.id, 500)
    assert facade.recover_debts(now=NOW) == 1
    assert held(anna) == (120_000, 500, [(ClaimState.OPEN, 0)])
    assert [facade.recover_debts(now=NOW + n * DAY) for n in (1, 6)] == [0, 0]
    assert owned(DEBT, anna.id) == 500
    assert facade.recover_debts(now=NOW + 7 * DAY) == 1
    assert (owned(DEBT, anna.id), held(anna)) == (0, (119_500, 0, [(ClaimState.PAID, 500)]))
    assert facade.recover_debts(now=NOW + 8 * DAY) == 0
    assert ledger.audit() == []


def test_what_earnings_paid_meanwhile_is_not_taken_again():
    anna, bert = secured(1), secured(2)
    for one in (anna, bert):
        move(one.id, 500)
    assert facade.recover_debts(now=NOW) == 2
    move(anna.id, -300)
    move(bert.id, -500)
    assert facade.recover_debts(now=NOW + DAY) == 1  # nothing is owed any more, nothing is held any more
    assert held(bert) == (120_000, 0, [(ClaimState.DROPPED, 0)])
    facade.recover_debts(now=NOW + 7 * DAY)
    assert (owned(DEBT, anna.id), held(anna)) == (0, (119_800, 0, [(ClaimState.PAID, 200)]))


def test_a_debt_larger_than_the_deposit_takes_what_is_there_and_a_debtor_without_one_owes_on():
    anna, poor = secured(1), promoter(2).id
    move(anna.id, 150_000)
    move(poor, 500)
    assert facade.recover_debts(now=NOW) == 1
    assert facade.recover_debts(now=NOW + 7 * DAY) == 1
    assert (owned(DEBT, anna.id), owned(DEBT, poor)) == (30_000, 500)
    assert held(anna) == (0, 0, [(ClaimState.PAID, 120_000)])
    assert facade.recover_debts(now=NOW + 8 * DAY) == 0  # nothing is there that a claim could hold
