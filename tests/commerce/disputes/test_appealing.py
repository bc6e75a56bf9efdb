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
    more_arrives,
    more_of,
    more_refused,
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
from xintui.commerce.orders import facade as orders
from xintui.foundation.identity.contracts import SYSTEM
from xintui.foundation.ledger.contracts import Kind
from xintui.trust.appeals import facade as appeals
from xintui.trust.appeals.contracts import AlreadyAppealed, AppealDecidedAlready
from xintui.trust.appeals.contracts import State as Answer
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
    with pytest.raises(NothingToAppeal, match="这是人工复核的结果"):
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


HALF = 84_00


def halved(pot: Product, **more) -> tuple:
    """A person gave the buyer half of what he asked for, and it has arrived."""
    found = filed(received(pot, **more), **({"kind": "promise_broken", "behind": PROMOTER_USER} if more else {}))
    said(found, Stand.CONTEST, by=ANNA if more else None)
    wanted = now_is(found).dispute.wanted_fen
    facade.arbitrate(found.dispute.id, Award(wanted // 2, "各担一半"), by=ARBITER, now=NOW)
    arrives(found)
    return found, wanted


def answered(found, side: str, granted: bool, *, at) -> None:
    one = next(a for a in now_is(found).appeals if a.appellant.kind == side)
    appeals.decide(one.id, granted, f"{side}的申诉已复核", by=ARBITER, now=at)
    heard()


def test_who_won_in_part_may_appeal_too_and_gets_the_rest_out_of_the_deposit(pot: Product) -> None:
    deposit = secured(shop_of(pot))
    found, _ = halved(pot)
    assert now_is(found).dispute.paid_fen == HALF
    assert "appeal" in facade.read(found.dispute.id, BOUGHT).allowed
    assert "appeal" in facade.read(found.dispute.id, seller(pot.merchant_id)).allowed
    facade.appeal(found.dispute.id, "应当全额", by=BOUGHT, now=NOW + DAY)
    assert facade.read(found.dispute.id, BOUGHT).allowed == ()
    answered(found, "buyer", True, at=NOW + DAY)
    one = now_is(found).dispute
    assert (one.state, one.ruled_fen, one.paid_fen, held(deposit)) == (State.RULED, 168_00, HALF, HALF)
    more_arrives(found, at=NOW + DAY)
    one = now_is(found).dispute
    assert (one.state, one.paid_fen, one.deposit_fen, one.owed_fen) == (State.PAID, 168_00, 168_00, 0)
    assert money.now(deposit, at=NOW).paid_fen == 200_000 - 168_00
    assert one.due_at == NOW + 7 * DAY  # the shop's own time to appeal is what it was
    assert now_is(found).timeline[-2].says == "申诉复核加判，支持买家的其余请求"
    with pytest.raises(NothingToAppeal):
        facade.appeal(found.dispute.id, "还要更多", by=BOUGHT, now=NOW + 2 * DAY)
    assert facade.decide_overdue(now=NOW + 7 * DAY) == 1
    assert now_is(found).dispute.state is State.FINAL


def test_both_sides_appeal_and_the_shop_wins_what_both_rulings_had_paid(pot: Product) -> None:
    deposit = secured(shop_of(pot))
    found, _ = halved(pot)
    facade.appeal(found.dispute.id, "应当全额", by=BOUGHT, now=NOW + DAY)
    facade.appeal(found.dispute.id, "一分不该退", by=seller(pot.merchant_id), now=NOW + DAY)
    for who in (BOUGHT, seller(pot.merchant_id)):
        with pytest.raises(AlreadyAppealed):
            facade.appeal(found.dispute.id, "再说一遍", by=who, now=NOW + DAY)
    answered(found, "buyer", True, at=NOW + 2 * DAY)
    answered(found, "merchant", True, at=NOW + 2 * DAY)
    assert now_is(found).dispute.state is State.RULED  # the rest is on its way: the other answer waits for it
    more_arrives(found, at=NOW + 2 * DAY)
    one = now_is(found).dispute
    assert (one.state, one.paid_fen) == (State.REVERSED, 168_00)
    assert fen(Kind.BUYER_DEBT, BOUGHT.user_id) == 168_00
    assert money.now(deposit, at=NOW).paid_fen == 200_000


def test_a_reversal_answers_the_buyers_wish_for_more_as_well(pot: Product) -> None:
    found, _ = halved(pot)
    facade.appeal(found.dispute.id, "应当全额", by=BOUGHT, now=NOW + DAY)
    facade.appeal(found.dispute.id, "一分不该退", by=seller(pot.merchant_id), now=NOW + DAY)
    answered(found, "merchant", True, at=NOW + 2 * DAY)
    one = now_is(found)
    assert (one.dispute.state, fen(Kind.BUYER_DEBT, BOUGHT.user_id)) == (State.REVERSED, HALF)
    told = {a.appellant.kind: (a.state, a.answer, a.decided_by) for a in one.appeals}
    assert told["buyer"] == (Answer.REFUSED, "与对方的申诉一并复核：merchant的申诉已复核", ARBITER.user_id)


@pytest.mark.parametrize("first", ["buyer", "merchant"])
def test_a_refused_appeal_ends_nothing_while_the_other_side_waits_for_its_answer(pot: Product, first: str) -> None:
    found, _ = halved(pot)
    facade.appeal(found.dispute.id, "应当全额", by=BOUGHT, now=NOW + DAY)
    facade.appeal(found.dispute.id, "一分不该退", by=seller(pot.merchant_id), now=NOW + DAY)
    answered(found, first, False, at=NOW + 2 * DAY)
    assert now_is(found).dispute.state is State.PAID
    answered(found, "merchant" if first == "buyer" else "buyer", False, at=NOW + 3 * DAY)
    one = now_is(found).dispute
    assert (one.state, one.paid_fen) == (State.FINAL, HALF)


def test_a_refused_appeal_leaves_the_other_side_its_time(pot: Product) -> None:
    found, _ = halved(pot)
    facade.appeal(found.dispute.id, "应当全额", by=BOUGHT, now=NOW + DAY)
    answered(found, "buyer", False, at=NOW + 2 * DAY)
    assert now_is(found).dispute.state is State.PAID
    with pytest.raises(AppealDecidedAlready):
        facade.appeal(found.dispute.id, "再看", by=BOUGHT, now=NOW + 2 * DAY)
    with pytest.raises(NothingToAppeal, match="申诉期已过"):
        facade.appeal(found.dispute.id, "太晚", by=seller(pot.merchant_id), now=NOW + 7 * DAY + HOUR)
    facade.appeal(found.dispute.id, "一分不该退", by=seller(pot.merchant_id), now=NOW + 7 * DAY)
    answered(found, "merchant", True, at=NOW + 9 * DAY)
    assert now_is(found).dispute.state is State.REVERSED


def test_what_was_given_in_full_or_agreed_on_the_buyer_cannot_appeal(pot: Product) -> None:
    found = filed(received(pot))
    said(found, Stand.OFFER, 50_00)
    facade.decide_offer(found.dispute.id, True, by=BOUGHT, now=NOW)
    arrives(found)
    with pytest.raises(NothingToAppeal):
        facade.appeal(found.dispute.id, "反悔", by=BOUGHT, now=NOW + DAY)


def test_a_promoter_owes_what_her_deposit_does_not_cover_of_both_and_has_both_back(pot: Product) -> None:
    money.paid(*(part.id for part in money.agreed(in_parts=True).parts[:1]))  # 408.00
    found, wanted = halved(pot, qty=6, promoter_id=money.ANNA.id)
    assert wanted == 1_008_00
    assert fen(Kind.PROMOTER_DEBT, money.ANNA.id) == 504_00 - 408_00
    facade.appeal(found.dispute.id, "应当全额", by=BOUGHT, now=NOW + DAY)
    facade.appeal(found.dispute.id, "我没有说过", by=ANNA, now=NOW + DAY)
    answered(found, "buyer", True, at=NOW + 2 * DAY)
    more_arrives(found, at=NOW + 2 * DAY)
    assert moves(f"disputes.owed/{found.dispute.id}/more") == [
        (f"promoter.debt:{money.ANNA.id}", f"merchant.payable:{pot.merchant_id}", 504_00)
    ]
    answered(found, "promoter", True, at=NOW + 3 * DAY)
    assert fen(Kind.BUYER_DEBT, BOUGHT.user_id) == 1_008_00
    assert (fen(Kind.PROMOTER_DEBT, money.ANNA.id), fen(Kind.PROMOTER_DEPOSIT, money.ANNA.id)) == (0, 408_00)


def test_a_rest_that_the_gateway_refuses_may_be_given_up_and_what_was_paid_stays(pot: Product) -> None:
    deposit = secured(shop_of(pot))
    found, _ = halved(pot)
    facade.appeal(found.dispute.id, "应当全额", by=BOUGHT, now=NOW + DAY)
    answered(found, "buyer", True, at=NOW + DAY)
    more_refused(found, at=NOW + DAY)
    orders.cancel_after_sale(more_of(found).id, buyer_id=BOUGHT.user_id, now=NOW + 2 * DAY)
    heard()
    one = now_is(found).dispute
    assert (one.state, one.ruled_fen, one.paid_fen, held(deposit)) == (State.PAID, HALF, HALF, 0)
