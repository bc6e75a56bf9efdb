"""An appeal reverses or upholds; nothing ends before its time."""

import pytest

from tests.commerce.disputes.hands import (
    ANNA,
    ARBITER,
    BOUGHT,
    DAY,
    HOUR,
    NOW,
    PROMOTER_USER,
    arrives,
    fen,
    filed,
    heard,
    held,
    moves,
    now_is,
    received,
    said,
    secured,
    seller,
    shop_of,
)
from tests.trust.deposits import hands as money
from xintui.commerce.catalog.contracts import Product
from xintui.commerce.disputes import facade
from xintui.commerce.disputes.contracts import (
    Award,
    NothingToAppeal,
    Stand,
    State,
)
from xintui.foundation.identity.contracts import SYSTEM
from xintui.foundation.ledger.contracts import Kind
from xintui.trust.appeals import facade as appeals
from xintui.trust.appeals.contracts import AlreadyAppealed, AppealDecidedAlready
from xintui.trust.deposits import facade as deposits
from xintui.trust.deposits.contracts import PartState

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("balanced")]
OWED = Kind.MERCHANT_PAYABLE


def appealed(found, by, granted: bool, *, at=NOW + DAY) -> None:
    facade.appeal(found.dispute.id, "请人工复核", by=by, now=at)
    [appeal] = appeals.appeals().items
    appeals.decide(appeal.id, granted, "看过双方材料", by=ARBITER, now=at + HOUR)
    heard()


def test_a_shop_that_was_right_has_its_deposit_back_and_the_buyer_owes(pot: Product) -> None:
    deposit = secured(shop_of(pot))
    found = filed(received(pot))
    before = fen(OWED, pot.merchant_id)
    facade.decide_overdue(now=NOW + 48 * HOUR)
    arrives(found, at=NOW + 49 * HOUR)
    appealed(found, seller(pot.merchant_id), True, at=NOW + 3 * DAY)
    one = now_is(found).dispute
    assert (one.state, one.rule, one.ruling) == (State.REVERSED, "appeal", "看过双方材料")
    assert fen(Kind.BUYER_DEBT, BOUGHT.user_id) == 168_00
    now = money.now(deposit, at=NOW)
    assert (now.paid_fen, now.held_fen) == (200_000, 0)
    assert [part.kind for part in now.parts if part.state is PartState.DUE] == []
    assert fen(OWED, pot.merchant_id) - before == 168_00 * 60 // 10_000
    with pytest.raises(NothingToAppeal):
        facade.appeal(found.dispute.id, "再来一次", by=seller(pot.merchant_id), now=NOW + 4 * DAY)


def test_what_was_paid_besides_the_deposit_comes_back_to_the_shop(pot: Product) -> None:
    found = filed(received(pot))
    facade.decide_overdue(now=NOW + 48 * HOUR)
    arrives(found, at=NOW + 49 * HOUR)
    assert fen(OWED, pot.merchant_id) == 0
    appealed(found, seller(pot.merchant_id), True, at=NOW + 3 * DAY)
    assert moves(f"disputes.reversed/{found.dispute.id}") == [
        (f"buyer.debt:{BOUGHT.user_id}", f"merchant.payable:{pot.merchant_id}", 168_00)
    ]
    assert fen(OWED, pot.merchant_id) == 168_00


def test_a_ruling_that_stands_is_final_at_once(pot: Product) -> None:
    found = filed(received(pot))
    facade.decide_overdue(now=NOW + 48 * HOUR)
    arrives(found, at=NOW + 49 * HOUR)
    appealed(found, seller(pot.merchant_id), False, at=NOW + 3 * DAY)
    one = now_is(found).dispute
    assert (one.state, one.closed_at) == (State.FINAL, NOW + 3 * DAY + HOUR)


def test_a_buyer_who_was_refused_wins_the_appeal_and_is_paid(pot: Product) -> None:
    deposit = secured(shop_of(pot))
    found = filed(received(pot))
    said(found, Stand.CONTEST)
    denied = facade.arbitrate(found.dispute.id, Award(0, "照片看不出破损"), by=ARBITER, now=NOW)
    assert (denied.dispute.state, held(deposit)) == (State.DENIED, 168_00)
    appealed(found, BOUGHT, True)
    arrives(found, at=NOW + 2 * DAY)
    one = now_is(found).dispute
    assert (one.state, one.paid_fen, one.deposit_fen) == (State.PAID, 168_00, 168_00)
    with pytest.raises(AppealDecidedAlready):
        facade.appeal(found.dispute.id, "商家不服", by=seller(pot.merchant_id), now=NOW + 2 * DAY)
    assert facade.decide_overdue(now=NOW + 2 * DAY) == 1
    assert now_is(found).dispute.state is State.FINAL


def test_nothing_ends_while_a_human_still_has_to_answer(pot: Product) -> None:
    found = filed(received(pot))
    said(found, Stand.CONTEST)
    facade.arbitrate(found.dispute.id, Award(0, "证据不足"), by=ARBITER, now=NOW)
    facade.appeal(found.dispute.id, "请再看视频", by=BOUGHT, now=NOW + DAY)
    with pytest.raises(AlreadyAppealed):
        facade.appeal(found.dispute.id, "又来", by=BOUGHT, now=NOW + DAY)
    assert facade.decide_overdue(now=NOW + 8 * DAY) == 0
    assert now_is(found).dispute.state is State.DENIED
    [appeal] = appeals.appeals().items
    appeals.withdraw(appeal.id, appeal.appellant, by=BOUGHT, now=NOW + 8 * DAY)
    assert facade.decide_overdue(now=NOW + 9 * DAY) == 1
    assert now_is(found).dispute.state is State.FINAL
    with pytest.raises(NothingToAppeal):
        facade.appeal(found.dispute.id, "太晚", by=BOUGHT, now=NOW + 9 * DAY)


def test_a_promoter_who_was_right_has_deposit_debt_and_earnings_back(pot: Product) -> None:
    money.paid(*(part.id for part in money.agreed(in_parts=True).parts[:1]))
    found = filed(received(pot, 3, promoter_id=money.ANNA.id), "promise_broken", behind=PROMOTER_USER)
    facade.decide_overdue(now=NOW + 48 * HOUR)
    arrives(found, at=NOW + 49 * HOUR)
    assert fen(Kind.PROMOTER_DEBT, money.ANNA.id) == 96_00
    appealed(found, ANNA, True, at=NOW + 3 * DAY)
    assert fen(Kind.PROMOTER_DEBT, money.ANNA.id) == 0
    assert fen(Kind.PROMOTER_DEPOSIT, money.ANNA.id) == 408_00
    assert fen(Kind.BUYER_DEBT, BOUGHT.user_id) == 504_00


def test_a_deposit_that_was_given_back_in_the_meantime_gives_this_back_too(pot: Product) -> None:
    deposit = secured(shop_of(pot))
    found = filed(received(pot))
    facade.decide_overdue(now=NOW + 48 * HOUR)
    arrives(found, at=NOW + 49 * HOUR)
    left = deposits.give_all_back(deposit, by=SYSTEM, now=NOW + 2 * DAY)
    deposits.returned([money.refunded(one, at=NOW + 2 * DAY) for one in left.returns])
    assert money.now(deposit, at=NOW).state == "closed"
    appealed(found, seller(pot.merchant_id), True, at=NOW + 3 * DAY)
    [part] = [one for one in money.now(deposit, at=NOW).returns if one.state != "done"]
    assert part.amount_fen == 168_00
    deposits.returned([money.refunded(part, at=NOW + 4 * DAY)])
    assert fen(Kind.MERCHANT_DEPOSIT, pot.merchant_id) == 0
    assert fen(Kind.BUYER_DEBT, BOUGHT.user_id) == 168_00
