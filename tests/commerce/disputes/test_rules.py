"""Judgement by table: who may complain of what when, what a rule decides, who may appeal, who has money back."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xintui.commerce.disputes import rules, tables
from xintui.commerce.disputes.contracts import BadComplaint, Side, Stand, State, Verb
from xintui.commerce.disputes.rules import ARGUED, ENDED, FLOW, OPEN, Bought

T = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
TERMS = tables.terms(T.date())
DAY = timedelta(days=1)
THERE = Bought(T - 5 * DAY, T - 2 * DAY, refused_after_sale=False, refundable_fen=100_00, promoter_id="")
ON_ITS_WAY = Bought(T - 5 * DAY, None, refused_after_sale=False, refundable_fen=100_00, promoter_id="")
REFUSED = Bought(T - 5 * DAY, T - 2 * DAY, refused_after_sale=True, refundable_fen=100_00, promoter_id="")
HERS = Bought(T - 5 * DAY, T - 2 * DAY, refused_after_sale=False, refundable_fen=100_00, promoter_id="pro1")
LONG_AGO = Bought(T - 60 * DAY, T - 40 * DAY, refused_after_sale=False, refundable_fen=100_00, promoter_id="pro1")
UNPAID = Bought(None, None, refused_after_sale=False, refundable_fen=0, promoter_id="")


@pytest.mark.parametrize(
    ("kind", "bought", "refusal"),
    [
        ("damaged", THERE, ""),
        ("damaged", ON_ITS_WAY, "确认收货后才能按这个事由投诉"),
        ("damaged", LONG_AGO, "收货已超过 15 天"),
        ("damaged", UNPAID, "订单还没有付款"),
        ("counterfeit", LONG_AGO, ""),
        ("not_delivered", ON_ITS_WAY, ""),
        ("not_delivered", LONG_AGO, "收货已超过 15 天"),
        ("refused_after_sale", THERE, "先申请售后；商家拒绝后才能按这个事由投诉"),
        ("refused_after_sale", REFUSED, ""),
        ("promise_broken", THERE, "这笔订单没有推广者，请选择其他事由"),
        ("promise_broken", HERS, ""),
        ("promise_broken", LONG_AGO, "收货已超过 30 天"),
    ],
)
def test_what_may_be_complained_of_when(kind: str, bought: Bought, refusal: str) -> None:
    if refusal:
        with pytest.raises(BadComplaint) as no:
            rules.check(TERMS.kind(kind), bought, 1, T)
        assert no.value.reason == refusal
    else:
        rules.check(TERMS.kind(kind), bought, 1, T)


@pytest.mark.parametrize(
    ("kind", "fen", "pictures", "recent", "decided"),
    [
        ("damaged", 100_00, 1, 0, True),
        ("damaged", 100_01, 1, 0, False),  # a fen above the small sum
        ("damaged", 100_00, 0, 0, False),  # nothing to see
        ("damaged", 100_00, 1, 2, True),
        ("damaged", 100_00, 1, 3, False),  # the fourth in ninety days goes to a person
        ("counterfeit", 1_00, 9, 0, False),  # no matter for a rule
        ("not_delivered", 1_00, 0, 0, False),
    ],
)
def test_a_rule_decides_what_is_small_and_clear(kind: str, fen: int, pictures: int, recent: int, decided: bool) -> None:
    assert rules.by_rule(TERMS.kind(kind), fen, pictures=pictures, recent=recent, terms=TERMS) is decided


@pytest.mark.parametrize(
    ("state", "side", "rule", "may"),
    [
        (State.PAID, Side.MERCHANT, "no_answer", True),
        (State.PAID, Side.MERCHANT, "small_clear", True),
        (State.PAID, Side.MERCHANT, "arbitration", True),
        (State.PAID, Side.MERCHANT, "accepted", False),
        (State.PAID, Side.MERCHANT, "agreed", False),
        (State.PAID, Side.BUYER, "no_answer", False),
        (State.DENIED, Side.BUYER, "arbitration", True),
        (State.DENIED, Side.MERCHANT, "arbitration", False),
        (State.RULED, Side.MERCHANT, "no_answer", False),
        (State.FINAL, Side.MERCHANT, "no_answer", False),
    ],
)
def test_whoever_a_ruling_went_against_may_appeal_but_not_against_its_own_word(
    state: State, side: Side, rule: str, may: bool
) -> None:
    given = rules.Ruled(Side.MERCHANT, rule, part=False, raised=False)
    assert (rules.unappealable(state, side, given) == "") is may


def test_every_state_leads_to_an_end_and_an_end_to_nothing() -> None:
    reached = {State.ANSWERING}
    for _ in State:
        reached |= {to for (at, _), to in FLOW.moves.items() if at in reached}
    assert reached == set(State)
    assert {state for state in State if not FLOW.verbs(state)} == ENDED
    assert OPEN - {State.RULED} == ARGUED
    assert all(FLOW.allows(state, Verb.SETTLED_ELSEWHERE) for state in ARGUED)


def test_every_kind_says_who_pays_what_to_show_and_which_law() -> None:
    for kind in TERMS.kinds.values():
        assert kind.liable in {Side.MERCHANT, Side.PROMOTER} and kind.asks and "法" in kind.source
        assert kind.filed in {"received", "paid", "refused"} and 1 <= kind.window_days <= 90
    assert set(TERMS.rules) == {"no_answer", "accepted", "agreed", "small_clear", "arbitration", "appeal"}
    with pytest.raises(BadComplaint):
        TERMS.kind("boredom")


@pytest.mark.parametrize(("stand", "fen", "good"), [
    (Stand.OFFER, 99, True), (Stand.OFFER, 100, False), (Stand.OFFER, 0, False), (Stand.OFFER, 1, True),
    (Stand.ACCEPT, 0, True), (Stand.ACCEPT, 5, False), (Stand.CONTEST, 5, False),
])  # fmt: skip
def test_an_offer_is_a_smaller_sum(stand: Stand, fen: int, good: bool) -> None:
    if good:
        rules.check_offer(stand, fen, 100)
    else:
        with pytest.raises(BadComplaint):
            rules.check_offer(stand, fen, 100)


MONEY = st.integers(0, 10**12)


@given(ruled=st.integers(1, 10**12), held=MONEY)
def test_what_the_deposit_pays_and_what_is_owed_besides_is_what_was_ruled(ruled: int, held: int) -> None:
    taken, owed = rules.covered(ruled, held)
    assert taken + owed == ruled and 0 <= taken <= held and 0 <= owed


@given(paid=MONEY, share=st.integers(0, 100), debt=MONEY)
def test_a_reversed_payment_goes_back_whole_to_whoever_bore_it(paid: int, share: int, debt: int) -> None:
    deposit = paid * share // 100
    back = rules.given_back(paid, deposit, debt)
    assert sum(back) == paid and back[0] == deposit and back[1] <= debt and min(back) >= 0


@pytest.mark.parametrize(
    ("state", "side", "rule", "raised", "may"),
    [
        (State.PAID, Side.BUYER, "arbitration", False, True),
        (State.PAID, Side.MERCHANT, "arbitration", False, True),
        (State.PAID, Side.PROMOTER, "arbitration", False, False),  # not whose word it was
        (State.PAID, Side.MERCHANT, "appeal", True, True),  # the buyer's appeal has not taken the shop's away
        (State.PAID, Side.MERCHANT, "appeal", False, False),  # a human has looked already
        (State.RULED, Side.BUYER, "arbitration", False, False),
    ],
)
def test_a_part_leaves_both_sides_an_appeal(state: State, side: Side, rule: str, raised: bool, may: bool) -> None:
    given = rules.Ruled(Side.MERCHANT, rule, part=rules.in_part(rule, 40_00, 100_00), raised=raised)
    assert (rules.unappealable(state, side, given) == "") is may


def test_a_part_is_what_a_person_gave_less_of() -> None:
    assert rules.in_part("arbitration", 1, 2)
    assert not rules.in_part("arbitration", 2, 2)
    assert not rules.in_part("agreed", 1, 2)  # both have agreed to it
    assert not rules.in_part("arbitration", 0, 2)
