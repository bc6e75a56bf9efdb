"""T-01 to T-04: agreed, paid in parts, claimed, topped up, given back: to the fen, from the ledger."""

import pytest

from tests.trust.deposits.hands import (
    ANNA,
    BUYERS_MONEY,
    DAY,
    NEW,
    SHOP,
    T0,
    agreed,
    arrived,
    clearing_fen,
    not_refunded,
    now,
    opened,
    paid,
    refunded,
    whole,
)  # fmt: skip
from xintui.foundation.identity.contracts import SYSTEM
from xintui.foundation.ledger import facade as ledger
from xintui.foundation.ledger.contracts import Account, Kind
from xintui.foundation.payments import facade as payments
from xintui.foundation.payments.contracts import RefundState
from xintui.trust.deposits import facade, holdings
from xintui.trust.deposits.contracts import (
    AlreadyOpen,
    ClaimedDifferently,
    ClaimNotOpen,
    ClaimState,
    ClaimTooMuch,
    DepositNeeded,
    DepositNotFound,
    NoneNeeded,
    NothingToReturn,
    PartKind,
    PartNotDue,
    PartState,
    QuotaUsed,
    ReturnState,
    RiskClass,
    State,
    TermsChanged,
)

pytestmark = pytest.mark.django_db
DAMAGES = Account(Kind.MERCHANT_PAYABLE, "mer01HURT")


def held(key="dispute/1", fen=30_000, **more):
    return facade.claim(ANNA, key, fen, "买家投诉：未按约发货", by=SYSTEM, now=T0, **more)


def stand(product, category="luxury"):
    facade.stand_behind(ANNA, product, category, now=T0)


def test_low_risk_goods_need_nothing_and_ask_nothing():
    with pytest.raises(NoneNeeded):
        agreed(risk_class=RiskClass.LOW, amount_fen=0)
    stand("prd1", "tea")
    assert facade.current(ANNA, today=T0.date()) is None


def test_nobody_agrees_to_what_he_was_not_shown():
    with pytest.raises(TermsChanged) as caught:
        agreed(amount_fen=119_999)
    assert caught.value.facts == {"amount_fen": 120_000}
    assert facade.current(ANNA, today=T0.date()) is None


def test_each_instalment_lets_her_promote_more():
    made = agreed()
    assert [(one.kind, one.amount_fen, one.state) for one in made.parts] == [
        (PartKind.INSTALMENT, 40_800, PartState.DUE),
        (PartKind.INSTALMENT, 39_600, PartState.DUE),
        (PartKind.INSTALMENT, 39_600, PartState.DUE),
    ]
    seen = [(now().paid_fen, now().quota)]
    for part in made.parts:
        paid(part.id)
        seen.append((now().paid_fen, now().quota))
    assert seen == [(0, 0), (40_800, 5), (80_400, 15), (120_000, None)]
    assert clearing_fen() == 120_000
    with pytest.raises(PartNotDue):
        opened(made.parts[0].id)
    with pytest.raises(PartNotDue):
        opened("dptNOBODYS")


def test_a_part_is_booked_once_however_often_it_is_told():
    part = agreed(in_parts=False).parts[0]
    event = arrived(opened(part.id))
    facade.paid([event, event])
    facade.paid([event])
    assert (now().paid_fen, now().held_fen, len(now().parts)) == (120_000, 0, 1)


def test_the_sixth_piece_waits_for_the_second_instalment_or_takes_the_place_of_another():
    with pytest.raises(DepositNeeded):
        stand("prd1")
    made = agreed()
    with pytest.raises(QuotaUsed):
        stand("prd1")
    paid(made.parts[0].id)
    for n in range(5):
        stand(f"prd{n}")
    stand("prd4")  # twice is once, at the limit too
    with pytest.raises(QuotaUsed) as caught:
        stand("prd5")
    assert caught.value.facts == {"quota": 5}
    assert facade.let_go(ANNA, "prd0") and not facade.let_go(ANNA, "prd0")
    stand("prd5")
    paid(made.parts[1].id)
    stand("prd6")
    assert facade.goods(ANNA) == ["prd1", "prd2", "prd3", "prd4", "prd5", "prd6"]
    assert now().goods == 6


def test_a_medium_deposit_is_not_enough_for_high_risk_and_a_high_one_is_for_both():
    whole()
    with pytest.raises(DepositNeeded):
        stand("prd1", "health")
    raised = agreed(risk_class=RiskClass.HIGH, amount_fen=300_000)
    extra = raised.parts[-1]
    assert (extra.kind, extra.amount_fen, raised.risk_class) == (PartKind.RAISE, 180_000, RiskClass.MEDIUM)
    again = agreed(risk_class=RiskClass.HIGH, amount_fen=300_000).parts
    assert [one.state for one in again[-2:]] == [PartState.CANCELLED, PartState.DUE]
    paid(again[-1].id)
    assert (now().risk_class, now().target_fen, now().quota) == (RiskClass.HIGH, 300_000, None)
    stand("prd1", "health")
    stand("prd2", "luxury")
    with pytest.raises(AlreadyOpen):
        agreed()


def test_one_tap_gives_everything_back_the_way_it_came_the_last_part_first():
    stands = whole()
    stand("prd1")
    left = facade.give_all_back(ANNA, by=SYSTEM, now=T0 + DAY)
    assert (left.state, left.paid_fen, left.available_fen, left.goods, left.quota) == (State.LEAVING, 120_000, 0, 0, 0)
    assert [(one.part_id, one.amount_fen) for one in left.returns] == [
        (part.id, part.amount_fen) for part in reversed(stands.parts)
    ]
    asked = [payments.refund(one.id) for one in left.returns]
    assert [(one.amount_fen, one.state) for one in asked] == [
        (39_600, RefundState.CREATED), (39_600, RefundState.CREATED), (40_800, RefundState.CREATED),
    ]  # fmt: skip
    with pytest.raises(NothingToReturn):
        facade.give_all_back(ANNA, by=SYSTEM, now=T0 + DAY)
    events = [refunded(one, at=T0 + 2 * DAY) for one in left.returns]
    facade.returned(events[:1])
    facade.returned(events)
    assert (now().state, now().paid_fen, clearing_fen()) == (State.CLOSED, 0, 0)
    assert [one.state for one in now().returns] == [ReturnState.DONE] * 3
    with pytest.raises(DepositNotFound):
        facade.give_all_back(ANNA, by=SYSTEM, now=T0 + DAY)
    assert agreed(at=T0 + 3 * DAY).state is State.OPEN  # and may come again


def test_a_deposit_that_was_never_paid_is_given_up_at_once():
    part = agreed().parts[0]
    payment = opened(part.id)
    left = facade.give_all_back(ANNA, by=SYSTEM, now=T0)
    assert (left.state, {one.state for one in left.parts}) == (State.CLOSED, {PartState.CANCELLED})
    # The gateway had taken the money all the same: it is hers, and it goes back by itself.
    facade.paid([arrived(payment)])
    extra = now().parts[-1]
    assert (extra.kind, extra.amount_fen, extra.returned_fen) == (PartKind.EXCESS, 40_800, 40_800)
    facade.returned([refunded(now().returns[0])])
    assert clearing_fen() == 0


def test_what_is_paid_twice_goes_back_and_counts_for_nothing():
    part = agreed(in_parts=False).parts[0]
    first = opened(part.id)
    second = opened(part.id, psp="alipay")
    facade.paid([arrived(first), arrived(second)])
    assert (now().paid_fen, now().available_fen, now().quota) == (240_000, 120_000, None)
    (back,) = now().returns
    assert (back.amount_fen, payments.refund(back.id).payment_id) == (120_000, second.id)
    (claim,) = [facade.claim(ANNA, "dispute/1", 500_000, "投诉", by=SYSTEM, now=T0)]
    assert claim.held_fen == 120_000  # what is on its way back is nobody's security


def test_only_open_claims_hold_money_back_and_each_is_named():
    whole()
    held(fen=30_000)
    left = facade.give_all_back(ANNA, by=SYSTEM, now=T0)
    assert sum(one.amount_fen for one in left.returns) == 90_000
    assert [(one.says, one.held_fen, one.state) for one in left.claims] == [
        ("买家投诉：未按约发货", 30_000, ClaimState.OPEN)
    ]
    facade.returned([refunded(one) for one in left.returns])
    assert (now().state, now().paid_fen, now().available_fen) == (State.LEAVING, 30_000, 0)
    facade.drop_claim("dispute/1", "买家撤诉", by=SYSTEM, now=T0 + DAY)
    (rest,) = [one for one in now().returns if one.state is ReturnState.SENT]
    assert rest.amount_fen == 30_000  # nobody has to ask again
    facade.returned([refunded(rest)])
    assert (now().state, clearing_fen()) == (State.CLOSED, 0)


def test_a_claim_is_paid_from_what_it_holds_and_the_gap_is_asked_for_again():
    whole()
    held(fen=30_000)
    with pytest.raises(ClaimTooMuch):
        facade.pay_claim("dispute/1", 30_001, DAMAGES, by=SYSTEM, now=T0)
    facade.pay_claim("dispute/1", 20_000, DAMAGES, by=SYSTEM, now=T0 + DAY)
    ledger.fold()
    assert ledger.balance(DAMAGES).posted_fen == 20_000
    assert (now().paid_fen, now().held_fen, now().quota) == (100_000, 0, 15)
    gap = now().parts[-1]
    assert (gap.kind, gap.amount_fen, gap.due_on) == (PartKind.TOP_UP, 20_000, (T0 + 16 * DAY).date())
    for verb in (
        lambda: facade.pay_claim("dispute/1", 1, DAMAGES, by=SYSTEM, now=T0),
        lambda: facade.drop_claim("dispute/1", "", by=SYSTEM, now=T0),
    ):
        with pytest.raises(ClaimNotOpen):
            verb()
    paid(gap.id)
    assert (now().paid_fen, now().quota) == (120_000, None)


def test_after_a_claim_was_paid_everything_that_is_left_still_goes_back():
    whole()
    held(fen=50_000)
    facade.pay_claim("dispute/1", 50_000, DAMAGES, by=SYSTEM, now=T0)
    left = facade.give_all_back(ANNA, by=SYSTEM, now=T0)
    assert [one.amount_fen for one in left.returns] == [39_600, 30_400]
    facade.returned([refunded(one) for one in left.returns])
    assert (now().state, clearing_fen()) == (State.CLOSED, 50_000)


def test_a_claim_holds_what_is_there_once_per_key():
    paid(agreed().parts[0].id)
    first = held(fen=90_000)
    assert (first.asked_fen, first.held_fen) == (90_000, 40_800)
    assert held(fen=90_000) == first
    with pytest.raises(ClaimedDifferently):
        held(fen=90_001)
    assert held("dispute/2", 100).held_fen == 0
    with pytest.raises(DepositNotFound):
        facade.claim(SHOP, "dispute/3", 100, "投诉", by=SYSTEM, now=T0)
    with pytest.raises(DepositNotFound):
        facade.drop_claim("dispute/9", "", by=SYSTEM, now=T0)


def test_she_may_stay_while_a_claim_holds_the_rest():
    whole()
    held(fen=30_000)
    facade.give_all_back(ANNA, by=SYSTEM, now=T0)
    stays = facade.stay(ANNA, by=SYSTEM, now=T0)
    assert (stays.state, stays.quota) == (State.OPEN, 0)
    gap = stays.parts[-1]
    assert (gap.kind, gap.amount_fen) == (PartKind.TOP_UP, 90_000)
    paid(gap.id)
    assert now().quota is None
    with pytest.raises(AlreadyOpen):
        facade.stay(ANNA, by=SYSTEM, now=T0)


def test_what_the_gateway_cannot_give_back_the_desk_does():
    whole()
    left = facade.give_all_back(ANNA, by=SYSTEM, now=T0)
    one, *others = left.returns
    facade.refused([not_refunded(one)])
    facade.returned([refunded(other) for other in others])
    waiting = next(each for each in now().returns if each.id == one.id)
    assert (waiting.state, waiting.note) == (ReturnState.DESK, "支付渠道退款失败：账户注销")
    facade.returned_by_desk(one.id, "20261102-0001", by=SYSTEM, now=T0 + DAY)
    with pytest.raises(NothingToReturn):
        facade.returned_by_desk(one.id, "20261102-0001", by=SYSTEM, now=T0 + DAY)
    with pytest.raises(DepositNotFound):
        facade.returned_by_desk("dprNOBODYS", "1", by=SYSTEM, now=T0)
    assert now().state is State.CLOSED
    ledger.fold()
    assert ledger.balance(Account(Kind.GATEWAY_CLEARING, "bank")).posted_fen == -one.amount_fen


def test_after_a_year_the_desk_gives_it_back_because_no_gateway_does():
    whole()
    left = facade.give_all_back(ANNA, by=SYSTEM, now=T0 + 361 * DAY)
    assert {one.state for one in left.returns} == {ReturnState.DESK}
    assert "不能原路退回" in left.returns[0].note


def test_who_owes_a_part_is_told_once_before_and_once_after(django_assert_num_queries):
    made = agreed()
    paid(made.parts[0].id)
    days = [0, 26, 27, 28, 30, 31, 32, 57, 61, 62]
    told = [facade.remind_due(now=T0 + n * DAY) for n in days]
    assert told == [0, 0, 1, 0, 0, 1, 0, 1, 1, 0]


def test_a_list_costs_the_same_for_many_as_for_one(django_assert_max_num_queries):
    whole()
    held()
    agreed(SHOP, amount_fen=200_000)
    with django_assert_max_num_queries(6):
        page = facade.deposits(today=T0.date())
    assert [one.holder for one in page.items] == [SHOP, ANNA]
    assert facade.deposits(kind="merchant", state="open", today=T0.date()).items[0].holder == SHOP
    assert facade.one(page.items[1].id, today=T0.date()) == page.items[1]


def test_what_a_class_asks_can_be_read_before_anything_is_agreed():
    low, medium, high = facade.quotes(ANNA.kind, NEW, today=T0.date())
    assert (low.amount_fen, medium.amount_fen, high.amount_fen) == (0, 120_000, 300_000)
    assert facade.class_of("health", today=T0.date()) is RiskClass.HIGH
    assert BUYERS_MONEY.kind is Kind.GATEWAY_CLEARING


def test_of_two_who_agree_at_the_same_moment_one_is_let_through(monkeypatch):
    agreed()
    monkeypatch.setattr(holdings, "live", lambda holder, lock=False: None)  # the second has not seen the first
    with pytest.raises(AlreadyOpen):
        agreed()


def test_money_that_comes_too_late_does_not_touch_what_is_closed():
    payment = opened(agreed().parts[0].id)
    closed = facade.give_all_back(ANNA, by=SYSTEM, now=T0)
    again = agreed(amount_fen=120_000, in_parts=False)
    facade.paid([arrived(payment)])
    was = facade.one(closed.id, today=T0.date())
    assert (was.state, was.quota, was.goods) == (State.CLOSED, 0, 0)
    assert (now().id, now().available_fen, now().quota) == (again.id, 0, 0)


def test_all_that_a_holder_ever_had_can_be_read():
    first = agreed()
    facade.give_all_back(ANNA, by=SYSTEM, now=T0)
    second = agreed()
    assert [one.id for one in facade.history(ANNA, today=T0.date())] == [second.id, first.id]
