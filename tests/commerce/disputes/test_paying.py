"""What a rule or a person decides, what is paid out of what, and that nothing is paid twice."""

from datetime import timedelta

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
    photo,
    received,
    refused,
    said,
    sale_of,
    secured,
    seller,
    shop_of,
)
from tests.commerce.world import order_now, settled
from tests.trust.deposits import hands as money
from xintui.commerce.catalog.contracts import Product
from xintui.commerce.disputes import facade
from xintui.commerce.disputes.contracts import (
    Award,
    BadComplaint,
    DisputeNotFound,
    NothingToAppeal,
    NotYourTurn,
    Side,
    Stand,
    State,
)
from xintui.commerce.orders import facade as orders
from xintui.commerce.orders.contracts import AfterSaleKind, AfterSaleState, OrderState, RefundPart
from xintui.foundation.ledger.contracts import Kind
from xintui.kernel.states import NoSuchMove
from xintui.trust.deposits.contracts import PartKind, PartState

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("balanced")]
OWED = Kind.MERCHANT_PAYABLE


def test_no_answer_in_time_pays_the_buyer_out_of_the_deposit_and_the_shop_pays_once(pot: Product) -> None:
    deposit = secured(shop_of(pot))
    found = filed(received(pot))
    before = fen(OWED, pot.merchant_id)
    assert facade.decide_overdue(now=NOW + 48 * HOUR - timedelta(seconds=1)) == 0
    late = NOW + 48 * HOUR
    assert facade.decide_overdue(now=late) == 1
    ruled = now_is(found)
    assert (ruled.dispute.state, ruled.dispute.rule, ruled.dispute.ruled_fen) == (State.RULED, "no_answer", 168_00)
    assert ruled.rule is not None and ruled.rule.title == "逾期未答复"
    assert ruled.dispute.pay_by == late + 24 * HOUR
    assert sale_of(found).state is AfterSaleState.REFUNDING
    arrives(found, at=late + HOUR)
    one = now_is(found).dispute
    assert (one.state, one.paid_fen, one.deposit_fen, one.owed_fen) == (State.PAID, 168_00, 168_00, 0)
    assert one.due_at == late + HOUR + 7 * DAY
    # What the refund took of the shop's money the deposit has filled up again; the fee came back besides.
    fee_back = 168_00 * 60 // 10_000
    assert fen(OWED, pot.merchant_id) - before == fee_back
    now = money.now(deposit, at=NOW)
    assert (now.paid_fen, now.held_fen) == (200_000 - 168_00, 0)
    assert [(part.kind, part.amount_fen) for part in now.parts if part.state is PartState.DUE] == [
        (PartKind.TOP_UP, 168_00)
    ]
    assert order_now(one.order_id).state is OrderState.REFUNDED
    assert facade.decide_overdue(now=one.due_at) == 1
    assert now_is(found).dispute.state is State.FINAL


def test_what_the_deposit_does_not_cover_the_shop_bears_as_with_every_refund(pot: Product) -> None:
    found = filed(received(pot))
    said(found, Stand.ACCEPT)
    arrives(found)
    one = now_is(found).dispute
    assert (one.paid_fen, one.deposit_fen, one.owed_fen) == (168_00, 0, 168_00)
    assert fen(OWED, pot.merchant_id) == 0


def test_small_and_clear_is_decided_by_rule_all_the_same_and_told_so(cup: Product) -> None:
    found = filed(received(cup))
    facade.add_picture(found.dispute.id, photo(), by=BOUGHT, now=NOW)
    ruled = said(found, Stand.CONTEST)
    assert (ruled.dispute.state, ruled.dispute.rule, ruled.dispute.answer) == (State.RULED, "small_clear", "我们的说明")
    assert [e.verb for e in ruled.timeline] == ["file", "evidence", "contest", "rule"]
    assert "不服可以申诉" in ruled.dispute.ruling
    arrives(found)
    assert "appeal" in facade.read(found.dispute.id, seller(cup.merchant_id)).allowed


def test_the_fourth_small_one_of_a_buyer_goes_to_a_person(cup: Product) -> None:
    states = []
    for n in range(4):
        found = filed(received(cup))
        facade.add_picture(found.dispute.id, photo(n), by=BOUGHT, now=NOW)
        states.append(said(found, Stand.CONTEST).dispute.state)
    assert states == [State.RULED] * 3 + [State.ARBITRATION]


def test_an_offer_is_taken_and_paid(pot: Product) -> None:
    deposit = secured(shop_of(pot))
    found = filed(received(pot))
    offered = said(found, Stand.OFFER, 50_00)
    assert (offered.dispute.state, offered.dispute.waits_for) == (State.OFFERED, Side.BUYER)
    with pytest.raises(NotYourTurn):
        facade.decide_offer(found.dispute.id, True, by=seller(pot.merchant_id), now=NOW)
    taken = facade.decide_offer(found.dispute.id, True, by=BOUGHT, now=NOW)
    assert (taken.dispute.rule, taken.dispute.ruled_fen) == ("agreed", 50_00)
    arrives(found)
    assert (now_is(found).dispute.deposit_fen, held(deposit)) == (50_00, 0)
    with pytest.raises(NothingToAppeal):
        facade.appeal(found.dispute.id, "反悔了", by=seller(pot.merchant_id), now=NOW)


@pytest.mark.parametrize("by_clock", [True, False])
def test_an_offer_declined_or_left_lying_goes_to_a_person(pot: Product, by_clock: bool) -> None:
    found = filed(received(pot))
    said(found, Stand.OFFER, 50_00)
    if by_clock:
        assert facade.decide_overdue(now=NOW + 48 * HOUR) == 1
    else:
        facade.decide_offer(found.dispute.id, False, by=BOUGHT, now=NOW)
    one = now_is(found).dispute
    assert (one.state, one.waits_for) == (State.ARBITRATION, Side.PLATFORM)


def test_an_arbiter_who_is_late_is_told_so_once_and_the_case_stays_open(pot: Product) -> None:
    found = filed(received(pot))
    said(found, Stand.CONTEST)
    assert facade.decide_overdue(now=NOW + 120 * HOUR) == 1
    assert facade.decide_overdue(now=NOW + 121 * HOUR) == 0
    one = now_is(found)
    assert (one.dispute.state, one.dispute.late, one.timeline[-1].verb) == (State.ARBITRATION, True, "late")


def test_an_arbiter_gives_a_part_and_never_more_than_was_asked(pot: Product) -> None:
    secured(shop_of(pot))
    found = filed(received(pot), fen=100_00)
    with pytest.raises(NoSuchMove):
        facade.arbitrate(found.dispute.id, Award(10_00, "还没有答复"), by=ARBITER, now=NOW)
    said(found, Stand.CONTEST)
    with pytest.raises(BadComplaint):
        facade.arbitrate(found.dispute.id, Award(100_01, "太多"), by=ARBITER, now=NOW)
    with pytest.raises(BadComplaint, match="没有推广者"):
        facade.arbitrate(found.dispute.id, Award(10_00, "推客", Side.PROMOTER), by=ARBITER, now=NOW)
    facade.arbitrate(found.dispute.id, Award(40_00, "壶可以用，瑕疵按四成退"), by=ARBITER, now=NOW)
    arrives(found)
    one = now_is(found).dispute
    assert (one.state, one.paid_fen, one.deposit_fen, one.rule) == (State.PAID, 40_00, 40_00, "arbitration")


def test_a_promoter_answers_for_her_word_with_her_deposit_and_then_with_a_debt(pot: Product) -> None:
    money.paid(*(part.id for part in money.agreed(in_parts=True).parts[:1]))  # 408.00 of 1,200.00
    order = received(pot, 3, promoter_id=money.ANNA.id)  # 504.00
    before = fen(OWED, pot.merchant_id)
    found = filed(order, "promise_broken", behind=PROMOTER_USER)
    assert (found.dispute.waits_for, held(money.ANNA)) == (Side.PROMOTER, 408_00)
    with pytest.raises(NotYourTurn):
        said(found, Stand.ACCEPT)
    assert facade.read(found.dispute.id, ANNA).allowed == ("answer", "evidence")
    said(found, Stand.ACCEPT, by=ANNA)
    arrives(found)
    one = now_is(found).dispute
    assert (one.deposit_fen, one.owed_fen) == (408_00, 96_00)
    assert moves(f"disputes.owed/{one.id}") == [
        (f"promoter.debt:{money.ANNA.id}", f"merchant.payable:{pot.merchant_id}", 96_00)
    ]
    assert fen(OWED, pot.merchant_id) - before == 504_00 * 60 // 10_000  # the shop has its money, and the fee back


def test_a_promoter_whose_word_it_is_not_sees_nothing(pot: Product) -> None:
    found = filed(received(pot, promoter_id=money.ANNA.id), behind=PROMOTER_USER)
    with pytest.raises(DisputeNotFound):
        facade.read(found.dispute.id, ANNA)
    said(found, Stand.CONTEST)
    money.whole()
    deposit = secured(shop_of(pot))
    facade.arbitrate(found.dispute.id, Award(168_00, "推客夸大了", Side.PROMOTER), by=ARBITER, now=NOW)
    assert (held(money.ANNA), held(deposit)) == (168_00, 0)
    assert facade.read(found.dispute.id, ANNA).side is Side.PROMOTER


def test_money_that_an_after_sale_gave_back_is_not_given_twice(pot: Product) -> None:
    deposit = secured(shop_of(pot))
    order = received(pot)
    found = filed(order)
    part = RefundPart(order.lines[0].id, 168_00)
    asked = orders.request_after_sale(
        order.id, buyer_id=BOUGHT.user_id, kind=AfterSaleKind.REFUND_ONLY, parts=[part], reason="碎了", now=NOW
    )
    decided = orders.decide_after_sale(asked.id, merchant_id=pot.merchant_id, approve=True, actor="usr01", now=NOW)
    orders.settle_refund([settled(decided.refund_id, order, 168_00, at=NOW)])
    facade.decide_overdue(now=NOW + 48 * HOUR)
    one = now_is(found).dispute
    assert (one.state, one.paid_fen, one.closed_at, held(deposit)) == (State.FINAL, 0, NOW + 48 * HOUR, 0)


def test_a_ruling_takes_the_place_of_a_request_that_waits_for_the_same_money(pot: Product) -> None:
    order = received(pot)
    found = filed(order)
    part = RefundPart(order.lines[0].id, 100_00)
    asked = orders.request_after_sale(
        order.id, buyer_id=BOUGHT.user_id, kind=AfterSaleKind.REFUND_ONLY, parts=[part], reason="碎了", now=NOW
    )
    assert said(found, Stand.ACCEPT).dispute.ruled_fen == 168_00
    assert orders.after_sale(asked.id).state is AfterSaleState.CANCELLED
    now = order_now(order.id)
    assert (now.refund_pending_fen, now.lines[0].refund_pending_fen) == (168_00, 168_00)


def test_a_refund_that_the_gateway_refuses_is_sent_again_and_may_be_given_up(pot: Product) -> None:
    deposit = secured(shop_of(pot))
    found = filed(received(pot))
    said(found, Stand.ACCEPT)
    refused(found)
    assert (now_is(found).dispute.state, held(deposit)) == (State.RULED, 168_00)
    assert facade.decide_overdue(now=NOW + HOUR) == 1
    assert sale_of(found).state is AfterSaleState.REFUNDING
    assert [e.verb for e in now_is(found).timeline][-2:] == ["pay_failed", "pay_again"]
    refused(found, at=NOW + 2 * HOUR)
    orders.cancel_after_sale(sale_of(found).id, buyer_id=BOUGHT.user_id, now=NOW + 3 * HOUR)
    heard()
    assert (now_is(found).dispute.state, held(deposit)) == (State.WITHDRAWN, 0)


def test_a_refund_that_does_not_arrive_in_time_is_late(pot: Product) -> None:
    found = filed(received(pot))
    said(found, Stand.ACCEPT)
    assert facade.decide_overdue(now=NOW + 24 * HOUR) == 1
    one = now_is(found).dispute
    assert (one.state, one.late, one.due_at) == (State.RULED, True, NOW + 25 * HOUR)
