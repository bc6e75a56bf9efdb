"""From what happens to what is counted: through real orders, refunds and reviews, by the wiring of the house."""

from datetime import timedelta

import pytest

from tests.commerce.world import BUYER, T0, goods, order_now, paid, settled, shipped, shop
from tests.promotion.people import promoter
from xintui.commerce.orders import facade as orders
from xintui.commerce.orders.contracts import AfterSaleKind, Referral, RefundPart
from xintui.commerce.reviews import facade as reviews
from xintui.commerce.reviews.contracts import ReviewDraft
from xintui.entrypoints import credit_graph, credit_signals
from xintui.entrypoints.subscriptions import SUBSCRIPTIONS
from xintui.foundation.identity.contracts import SYSTEM, Principal, Role
from xintui.infra import clock
from xintui.infra.outbox import facade as outbox
from xintui.kernel.times import accounting_date
from xintui.trust.credit import facade
from xintui.trust.credit.contracts import Scale
from xintui.trust.credit.models import Signal

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def still(db):
    clock.set_for_story(T0 + 3 * DAY)
    yield
    clock.set_for_story(None)


@pytest.fixture
def tea():
    merchant = shop("云雾茶行")
    return merchant, goods(merchant, "龙井", ("罐装", 10_000, 50))


def sold(tea, who, *, buyer=BUYER, own=""):
    merchant, product = tea
    referrals = {merchant.id: Referral(who.id, "atr01")}
    (order,) = paid((product.skus[0].id, 1), buyer_id=buyer, referrals=referrals, buyer_promoter_id=own)
    return order


def told():
    outbox.deliver_all(SUBSCRIPTIONS)


def counted(subject):
    rows = Signal.objects.filter(subject_id=subject).order_by("indicator", "id")
    return [(row.indicator, row.good, row.total) for row in rows if row.indicator not in {"verified", "activity"}]


def refunded(order, kind=AfterSaleKind.REFUND_ONLY, *, at=T0 + 2 * DAY):
    line = order_now(order.id).lines[0]
    part = RefundPart(line.id, line.paid_fen, 1)
    asked = orders.request_after_sale(
        order.id,
        buyer_id=order.buyer_id,
        kind=kind,
        parts=(part,),
        reason="不想要了",
        now=at - DAY - timedelta(hours=1),
    )
    done = orders.decide_after_sale(
        asked.id, approve=True, merchant_id=order.merchant_id, actor="usr01STAFF", note="", now=at
    )
    orders.settle_refund([settled(done.refund_id, order, line.paid_fen, at=at)])


def test_a_sale_counts_for_the_promoter_and_the_shop_and_the_second_purchase_as_a_return_of_the_customer(tea):
    anna = promoter(1)
    first, second = sold(tea, anna), sold(tea, anna)
    told()
    assert counted(anna.id) == [
        ("complaints", 1, 1), ("complaints", 1, 1), ("genuine", 1, 1), ("genuine", 1, 1),
        ("repeat", 0, 1), ("repeat", 1, 0), ("returns", 10_000, 10_000), ("returns", 10_000, 10_000),
    ]  # fmt: skip
    assert [one for one in counted(tea[0].id) if one[0] == "repeat"] == [("repeat", 0, 1), ("repeat", 1, 0)]
    assert facade.refs([(anna.id, f"repeat/{BUYER}")]) == {(anna.id, f"repeat/{BUYER}"): first.id}
    assert second.id != first.id
    told()
    assert facade.audit()[1] == []


def test_what_she_buys_herself_is_no_sale_of_hers_and_lowers_what_is_genuine(tea):
    anna = promoter(1)
    sold(tea, anna, buyer=anna.user_id, own=anna.id)
    told()
    assert counted(anna.id) == [("genuine", 0, 1)]
    assert ("returns", 10_000, 10_000) in counted(tea[0].id)


def test_a_refund_before_receipt_takes_the_sale_back_and_is_a_promise_not_kept(tea):
    anna = promoter(1)
    refunded(sold(tea, anna))
    told()
    mine = counted(anna.id)
    assert ("returns", -10_000, 0) in mine and ("fulfilment", 0, 1) in mine
    assert ("response", 1, 1) not in mine, "the shop answers, not the promoter"
    assert ("response", 0, 1) in counted(tea[0].id), "it took the shop a whole day and more"
    days = dict(Signal.objects.filter(subject_id=anna.id, indicator="returns").values_list("good", "day"))
    assert days[-10_000] == days[10_000] == accounting_date(T0)


def test_a_refund_that_is_heard_before_its_sale_counts_the_same(tea):
    anna, bert = promoter(1), promoter(2)
    refunded(sold(tea, anna))
    events = []
    outbox.deliver_all({kind: [events.extend] for kind in SUBSCRIPTIONS})
    for event in reversed(events):
        name = type(event).__name__
        hear = {"OrderPaid": credit_signals.on_paid, "LineRefunded": credit_signals.on_refunded}.get(name)
        if hear:
            hear([event], now=T0 + 3 * DAY)
            hear([event], now=T0 + 3 * DAY)
    assert sorted(counted(anna.id)) == sorted(
        [("complaints", 1, 1), ("fulfilment", 0, 1), ("genuine", 1, 1), ("repeat", 0, 1), ("returns", 10_000, 10_000),
         ("returns", -10_000, 0)]
    )  # fmt: skip
    assert counted(bert.id) == []


def test_receipt_and_stars_count_for_both(tea):
    anna = promoter(1)
    order = sold(tea, anna)
    shipped(order)
    orders.receive(order.id, buyer_id=BUYER, now=T0 + DAY)
    by = Principal(BUYER, frozenset({Role.BUYER}), None, "李雷", 1)
    line = order_now(order.id).lines[0]
    reviews.write(ReviewDraft(order.id, line.id, 2, "茶叶碎，有异味"), by=by, now=T0 + 2 * DAY)
    told()
    for subject in (anna.id, tea[0].id):
        assert ("fulfilment", 1, 1) in counted(subject) and ("content", 0, 1) in counted(subject)
    said = facade.signals(anna.id, indicator="content", today=accounting_date(T0 + 2 * DAY)).items
    assert [(one.says, one.figures, one.lowers) for one in said] == [("2 星评价", "0 / 1 条", True)]


def test_the_graph_counted_again_is_the_last_word_only_where_it_moved(tea):
    anna = promoter(1)
    for n in range(6):
        sold(tea, anna, buyer=f"usr0{n}BUYS")
    told()
    credit_graph.refresh(T0 + 2 * DAY)
    before = facade.last_words("graph", [anna.id])
    assert before.keys() == {anna.id}
    assert credit_signals.on_graph(T0 + 2 * DAY) == 0
    assert Signal.objects.filter(subject_id=anna.id, indicator="graph").count() == 1
    (point,) = [one for one in facade.explain(anna.id, Scale.CREDIT).points if one.code == "graph"]
    assert point.value_bp == before[anna.id]


def test_a_deposit_counts_by_its_paid_share_and_taken_back_as_if_there_had_been_none(tea):
    from tests.trust.deposits import hands

    anna = promoter(1)
    holder = hands.Holder(hands.HolderKind.PROMOTER, anna.id)
    made = hands.agreed(holder, at=T0)
    told()
    before = points(anna.id)
    hands.paid(made.parts[0].id, holder=holder, at=T0)
    told()
    assert counted(anna.id)[-1] == ("deposit", 3400, 1) and points(anna.id) > before
    back = hands.facade.give_all_back(holder, by=SYSTEM, now=T0 + DAY)
    hands.facade.returned([hands.refunded(back.returns[0], at=T0 + DAY)])
    told()
    assert [one for one in counted(anna.id) if one[0] == "deposit"][-1] == ("deposit", credit_signals.UNKNOWN, 1)
    assert points(anna.id) == before, "随时可退 costs nothing"


def points(subject):
    return {one.code: one.points for one in facade.explain(subject, Scale.CREDIT).points}["deposit"]
