"""What commission does with the events of orders: once each, in any order of arrival, to the microsecond."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from tests.commerce import world
from tests.promotion.commission.sales import (
    DAY,
    OTHER_SHOP,
    T0,
    bonus_paid,
    give_back,
    money,
    paid,
    publish,
    receive,
    refund,
    sell,
)
from tests.promotion.people import promoter
from xintui.commerce.orders import facade as orders
from xintui.commerce.orders.contracts import AfterSaleKind, LineRefunded, OrderPaid, OrderReceived, Referral, RefundPart
from xintui.entrypoints.subscriptions import SUBSCRIPTIONS
from xintui.foundation.ledger import facade as ledger
from xintui.infra import clock
from xintui.infra.outbox import facade as outbox
from xintui.infra.outbox.models import OutboxEvent
from xintui.promotion.commission import contracts
from xintui.promotion.commission import facade as commission
from xintui.promotion.commission.contracts import LineState
from xintui.promotion.promoters import facade as promoters

pytestmark = pytest.mark.django_db
MICROSECOND = timedelta(microseconds=1)
TIERS = ({"from_fen": 0, "rate_bp": 0}, {"from_fen": 10_000, "rate_bp": 1000})


def test_a_paid_order_is_accrued_to_each_lines_promoter_and_delivered_twice_changes_nothing() -> None:
    publish()
    events = [paid("ord1", ("lin1", 10_000), ("lin2", 7)), paid("ord2", ("lin3", 2_400), promoter="pro2")]
    assert sell(*events) == 3
    assert (money("pro1"), money("pro2")) == ((1250, 0, 0), (300, 0, 0))
    assert sell(*events) == 0
    assert (money("pro1"), money("pro2")) == ((1250, 0, 0), (300, 0, 0))
    assert commission.audit() == [] and ledger.audit() == []


def test_lines_that_nobody_referred_are_not_in_the_books() -> None:
    publish()
    assert sell(paid("ord1", ("lin1", 10_000), promoter="")) == 0
    with pytest.raises(contracts.NoSuchLine):
        commission.earning("ord1", "lin1", now=T0)


def test_a_promoter_who_buys_through_his_own_link_earns_nothing_and_the_books_say_why() -> None:
    publish()
    sell(paid("ord1", ("lin1", 10_000), promoter="pro1", buyer_is="pro1"))
    sell(paid("ord2", ("lin2", 10_000), promoter="pro1", buyer_is="pro2"))
    assert money("pro1") == (1250, 0, 0)
    line, steps = commission.explain("ord1", "lin1", now=T0)
    assert (line.self_purchase, line.commission_fen, steps[-1].how) == (True, 0, "推客本人购买（自购），不计佣金")
    assert not commission.earning("ord2", "lin2", now=T0).self_purchase


def test_the_level_of_the_moment_chooses_the_rule() -> None:
    gold = promoter(1)
    promoters.set_level(gold.id, "gold", actor="usrops", reason="approved", now=T0)
    publish(
        {"id": "all", "priority": 0, "match": {}, "rate_bp": 500},
        {"id": "gold", "priority": 5, "match": {"promoter_level": "gold"}, "rate_bp": 2000},
    )
    plain = promoter(2)
    sell(paid("ord1", ("lin1", 10_000), promoter=gold.id), paid("ord2", ("lin2", 10_000), promoter=plain.id))
    assert (money(gold.id)[0], money(plain.id)[0]) == (2000, 500)


def test_one_size_of_a_product_may_have_a_rule_of_its_own() -> None:
    publish(
        {"id": "tea", "priority": 1, "match": {"product_id": "prd-tea"}, "rate_bp": 500},
        {"id": "gift box", "priority": 2, "match": {"sku_id": ["sku2", "sku3"]}, "rate_bp": 2000, "cap_fen": 1500},
    )
    sell(paid("ord1", ("lin1", 10_000)), paid("ord2", ("lin2", 10_000), sku="sku2"))
    assert [commission.earning(f"ord{n}", f"lin{n}", now=T0).commission_fen for n in (1, 2)] == [500, 1500]
    assert commission.audit() == []


def test_the_same_line_with_another_amount_is_refused_loudly() -> None:
    publish()
    sell(paid("ord1", ("lin1", 10_000)))
    with pytest.raises(contracts.NotBooked, match="ord1/lin1"):
        sell(paid("ord1", ("lin1", 9_999)))
    assert money() == (1250, 0, 0)


def test_an_event_ahead_of_our_clock_is_booked_all_the_same() -> None:
    publish()
    commission.accrue([paid("ord1", ("lin1", 10_000), at=T0 + timedelta(seconds=3))], now=T0)
    commission.refunded([refund("rfd1", "ord1", "lin1", 10_000, at=T0 + timedelta(seconds=9))], now=T0)
    assert money() == (0, 0, 0)
    assert commission.earning("ord1", "lin1", now=T0 + DAY).state is LineState.VOID


@pytest.mark.parametrize(
    ("refunds", "target"),
    [((), 1250), ((3333,), 833), ((3333, 3333), 416), ((6666,), 416), ((3333, 3333, 3334), 0)],
)
def test_the_worked_table_of_settlement_holds_in_the_books(refunds: tuple[int, ...], target: int) -> None:
    publish()
    sell(paid("ord1", ("lin1", 10_000)))
    for n, fen in enumerate(refunds):
        assert give_back(f"rfd{n}", "ord1", "lin1", fen, at=T0 + DAY) == 1
    assert money() == (target, 0, 0)
    assert commission.explain("ord1", "lin1", now=T0 + DAY)[1][-1].fen == target


def test_a_refund_delivered_twice_is_taken_once() -> None:
    publish()
    sell(paid("ord1", ("lin1", 10_000)))
    assert [give_back("rfd1", "ord1", "lin1", 3333, at=T0 + DAY) for _ in range(2)] == [1, 0]
    assert money() == (833, 0, 0)


def test_more_refunded_than_paid_is_refused_loudly() -> None:
    publish()
    sell(paid("ord1", ("lin1", 10_000)))
    with pytest.raises(contracts.NotBooked, match="累计退款超过实付金额"):
        give_back("rfd1", "ord1", "lin1", 10_001, at=T0 + DAY)
    assert money() == (1250, 0, 0)


def test_pending_until_the_very_instant_of_release_and_due_from_it_on() -> None:
    publish()
    sell(paid("ord1", ("lin1", 10_000)))
    received_at = T0 + 3 * DAY
    assert receive("ord1", "lin1", at=received_at) == 1
    at = received_at + 7 * DAY
    assert commission.earning("ord1", "lin1", now=at - MICROSECOND).state is LineState.PENDING
    assert commission.release_due(now=at - MICROSECOND).released_fen == 0
    assert money() == (1250, 0, 0)
    assert commission.earning("ord1", "lin1", now=at).state is LineState.DUE
    assert commission.release_due(now=at).released_fen == 1250
    assert money() == (0, 1250, 0)
    assert commission.audit() == [] and ledger.audit() == []


def test_a_sweep_with_nothing_to_release_leaves_no_batch() -> None:
    publish()
    sell(paid("ord1", ("lin1", 10_000)))
    receive("ord1", "lin1", at=T0)
    from xintui.promotion.commission.models import CommissionSweep

    for hours in range(5):
        commission.release_due(now=T0 + timedelta(hours=hours))
    assert CommissionSweep.objects.count() == 0
    commission.release_due(now=T0 + 7 * DAY)
    commission.release_due(now=T0 + 7 * DAY + timedelta(hours=1))
    commission.release_due(now=T0)  # a clock that went back
    assert [batch.lines for batch in CommissionSweep.objects.all()] == [1]


def test_received_twice_keeps_the_first_instant() -> None:
    publish()
    sell(paid("ord1", ("lin1", 10_000)))
    assert receive("ord1", "lin1", at=T0 + DAY) == 1
    assert receive("ord1", "lin1", at=T0 + 2 * DAY) == 0
    assert commission.earning("ord1", "lin1", now=T0).release_at == T0 + 8 * DAY


def test_a_refund_after_release_becomes_debt_that_the_next_release_repays_first() -> None:
    publish()
    sell(paid("ord1", ("lin1", 10_000)), paid("ord2", ("lin2", 4_000)), paid("ord3", ("lin3", 20_000)))
    receive("ord1", "lin1", at=T0)
    commission.release_due(now=T0 + 7 * DAY)
    assert money() == (500 + 2500, 1250, 0)
    due = ledger.Account(ledger.Kind.PROMOTER_DUE, "pro1")
    paid_out = ledger.Move(due, ledger.Account(ledger.Kind.PAYOUT_CLEARING, "wechat"), 1000)
    ledger.post(ledger.Posting("test.paid_out/1", (paid_out,), (T0 + 8 * DAY).date()))
    give_back("rfd1", "ord1", "lin1", 10_000, at=T0 + 8 * DAY)
    assert money() == (3000, 0, 1000)
    receive("ord2", "lin2", at=T0 + 2 * DAY)
    commission.release_due(now=T0 + 9 * DAY)
    assert money() == (2500, 0, 500)
    receive("ord3", "lin3", at=T0 + 3 * DAY)
    commission.release_due(now=T0 + 10 * DAY)
    assert money() == (0, 2000, 0)
    assert commission.audit() == [] and ledger.audit() == []


def test_the_month_bonus_is_posted_at_the_close_and_corrected_by_a_later_refund() -> None:
    publish(tiers=TIERS)
    sell(paid("ord1", ("lin1", 25_000)))
    receive("ord1", "lin1", at=T0)
    december = datetime(2026, 11, 30, 16, tzinfo=UTC)
    commission.release_due(now=december - MICROSECOND)
    assert (money(), bonus_paid()) == ((0, 3125, 0), 0)
    commission.release_due(now=december)
    assert (money(), bonus_paid()) == ((0, 3125 + 1500, 0), 1500)  # 10 % of what lies above 100.00
    give_back("rfd1", "ord1", "lin1", 10_001, at=december + DAY)
    # net 149.99 → bonus floor(4999 × 10 %) = 499; commission floor(14999 × 12.5 %) = 1874
    assert (money(), bonus_paid()) == ((0, 1874 + 499, 0), 499)
    (month,) = commission.statements("pro1")
    assert (month.month, month.net_fen, month.commission_fen, month.bonus_fen) == ("2026-11", 14_999, 1874, 499)
    assert commission.audit() == [] and ledger.audit() == []


def test_a_refund_of_the_old_month_heard_after_its_close_still_corrects_the_bonus() -> None:
    publish(tiers=TIERS)
    sell(paid("ord1", ("lin1", 25_000)))
    receive("ord1", "lin1", at=T0)
    december = datetime(2026, 11, 30, 16, tzinfo=UTC)
    commission.release_due(now=december)
    event = refund("rfd1", "ord1", "lin1", 25_000, at=december - timedelta(seconds=10))
    commission.refunded([event], now=december + timedelta(seconds=10))
    assert (money(), bonus_paid()) == ((0, 0, 0), 0)


@pytest.fixture(autouse=True)
def _the_real_time_again() -> Iterator[None]:
    yield
    clock.set_for_story(None)


# -- with real orders -----------------------------------------------------------------------------------------------


def test_from_payment_to_refund_through_the_outbox_in_any_order_of_arrival() -> None:
    publish(at=world.T0 - DAY)
    clock.set_for_story(world.T0 + 2 * DAY)
    tea = world.shop("云雾茶庄")
    product = world.goods(tea, "明前龙井", ("50 克", 100_00, 10))
    who = promoter(1)
    referral = {tea.id: Referral(who.id, "att1")}
    (order,) = world.paid((product.skus[0].id, 1), referrals=referral)
    line = order.lines[0]
    world.shipped(order)
    orders.receive(order.id, buyer_id=order.buyer_id, now=world.T0 + 2 * DAY)
    asked = orders.request_after_sale(
        order.id,
        buyer_id=order.buyer_id,
        kind=AfterSaleKind.REFUND_ONLY,
        parts=[RefundPart(line.id, 33_33)],
        reason="少发一件",
        now=world.T0 + 2 * DAY,
    )
    done = orders.decide_after_sale(
        asked.id, merchant_id=tea.id, approve=True, actor="usr01OWNER", note="", now=world.T0 + 2 * DAY
    )
    orders.settle_refund([world.settled(done.refund_id, order, 33_33, at=world.T0 + 3 * DAY)])
    # The sale comes last: whatever came before it waits for it.
    sale = OutboxEvent.objects.get(topic=OrderPaid.topic)
    OutboxEvent.objects.filter(id=sale.id).update(due_at=datetime(2100, 1, 1, tzinfo=UTC))
    outbox.deliver_all(SUBSCRIPTIONS)
    waiting = dict(OutboxEvent.objects.exclude(id=sale.id).values_list("topic", "attempts"))
    assert waiting == {OrderReceived.topic: 1, LineRefunded.topic: 1}
    assert money(who.id) == (0, 0, 0)
    OutboxEvent.objects.update(due_at=datetime(2020, 1, 1, tzinfo=UTC))
    outbox.deliver_all(SUBSCRIPTIONS)
    assert OutboxEvent.objects.count() == 0
    assert money(who.id) == (833, 0, 0)
    assert commission.release_due(now=world.T0 + 9 * DAY).released_fen == 833
    assert money(who.id) == (0, 833, 0)
    assert commission.audit() == [] and ledger.audit() == []


def test_a_refund_of_a_line_that_nobody_referred_is_not_ours_and_does_not_wait() -> None:
    publish(at=world.T0 - DAY)
    tea = world.shop("云雾茶庄")
    product = world.goods(tea, "明前龙井", ("50 克", 100_00, 10))
    (order,) = world.paid((product.skus[0].id, 1))
    back = refund("rfd1", order.id, order.lines[0].id, 100_00, at=world.T0 + DAY, shop=tea.id)
    assert commission.refunded([back], now=world.T0 + DAY) == 0
    told = OrderReceived(order.id, tea.id, world.T0 + DAY, (order.lines[0].id,))
    assert commission.received([told], now=world.T0 + DAY) == 0


def test_one_refund_whose_sale_is_unheard_does_not_hold_up_the_others() -> None:
    publish(at=world.T0 - DAY)
    tea = world.shop("云雾茶庄")
    product = world.goods(tea, "明前龙井", ("50 克", 100_00, 10))
    who = promoter(1)
    (order,) = world.paid((product.skus[0].id, 1), referrals={tea.id: Referral(who.id, "att1")})
    OutboxEvent.objects.all().delete()
    sell(paid("ord1", ("lin1", 10_000), shop=OTHER_SHOP))
    outbox.publish(
        refund("rfd1", order.id, order.lines[0].id, 50_00, at=T0 + DAY, shop=tea.id),
        refund("rfd2", "ord1", "lin1", 10_000, at=T0 + DAY, shop=OTHER_SHOP),
    )
    outbox.deliver_all(SUBSCRIPTIONS)
    assert money("pro1") == (0, 0, 0)
    (left,) = OutboxEvent.objects.all()
    assert left.payload["refund_id"] == "rfd1"
    assert left.last_error.startswith("NotBookedYet")
