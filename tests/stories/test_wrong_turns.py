"""Where a tale goes wrong: never paid, told twice, forged, refused, lost, too late. The money is right every time."""

import random

import httpx
import pytest
from django.db import transaction

from tests.stories.cast import (
    Buyer,
    after_sale_now,
    asked_back,
    at_cashier,
    books,
    buyer,
    checkout_now,
    earned,
    goods,
    heard,
    link,
    nothing_is_wrong,
    order_now,
    paid,
    placed,
    promoter,
    received,
    sent,
    shop,
    stock,
    touched,
    turn,
    until,
    withdrawal_now,
    work,
)
from tests.support.gateway import Gateway, post
from xintui.commerce.catalog.contracts import Product
from xintui.commerce.merchants.contracts import Merchant
from xintui.commerce.orders import facade as orders
from xintui.commerce.orders.contracts import AfterSaleState, OrderState
from xintui.foundation.payments import facade as payments
from xintui.foundation.payments.contracts import TransferState
from xintui.promotion.attribution import facade as attribution
from xintui.promotion.commission import facade as commission
from xintui.promotion.payouts import facade as payouts
from xintui.promotion.payouts.contracts import State
from xintui.promotion.promoters import facade as promoters
from xintui.promotion.promoters.contracts import PayeeChannel, Promoter


@pytest.fixture
def tea(gateway: Gateway) -> Merchant:
    return shop("云雾茶行")


@pytest.fixture
def cake(tea: Merchant) -> Product:
    return goods(tea, "勐海古树茶饼", "tea", fen=2_000_00, stock=100)


@pytest.fixture
def deer(gateway: Gateway) -> Promoter:
    return promoter("沈小鹿", 1)


def test_an_order_nobody_pays_closes_and_the_goods_are_free_again(gateway: Gateway, cake: Product) -> None:
    person = buyer("李雷")
    checkout = placed(person, (cake, 4))
    number = at_cashier(checkout, person)
    assert stock(cake) == (100, 4, 0)
    gateway.clock(minutes=31)
    until(gateway, lambda: checkout_now(checkout.id).state is OrderState.CLOSED)
    assert stock(cake) == (100, 0, 0)
    late = httpx.post(f"{gateway.url}/sim/pay/{number}", json={}, trust_env=False)
    assert (late.status_code, late.json()["code"]) == (409, "ORDER_CLOSED")
    assert books() == {}


def test_callbacks_twenty_times_and_in_any_order_count_once(gateway: Gateway, tea: Merchant, cake: Product) -> None:
    one, other = buyer("李雷"), buyer("韩梅梅")
    for person in (one, other):
        gateway.pay(at_cashier(placed(person, (cake, 1)), person), person.openid)
    told = gateway.letters()
    assert len(told) == 2
    assert {post(letter) for letter in told[::-1] * 20} == {204}
    work()
    assert books(tea) == {"clearing": 400_000, "云雾茶行": 400_000 - 2_400, "fee": 2_400}

    with transaction.atomic():
        (order,) = orders.buyer_orders(one.id)[0]
    asked = asked_back(order, 50_000)
    work()
    told += gateway.letters()
    assert len(told) == 3
    storm = told * 20
    random.Random(20261123).shuffle(storm)
    assert {post(letter) for letter in storm} == {204}
    work()
    assert after_sale_now(asked.id).state is AfterSaleState.REFUNDED
    assert order_now(order.id).refunded_fen == 50_000
    assert books(tea) == {"clearing": 350_000, "云雾茶行": 350_000 - 2_100, "fee": 2_100}
    nothing_is_wrong_without_promoters()


@pytest.mark.parametrize("how", ["wrong_key", "mutated_body", "old_timestamp", "wrong_serial"])
def test_a_forged_callback_changes_nothing(gateway: Gateway, tea: Merchant, cake: Product, how: str) -> None:
    person = buyer("李雷")
    checkout = placed(person, (cake, 1))
    gateway.faults("callback.forged", how=how, instead=True)
    gateway.pay(at_cashier(checkout, person), person.openid)
    assert gateway.deliver() == [401]
    heard()
    assert checkout_now(checkout.id).state is OrderState.PLACED
    assert (books(tea), payments.health(gateway.now()).rejected_today) == ({}, 1)

    until(gateway, lambda: checkout_now(checkout.id).state is OrderState.PAID)  # asked, the gateway tells the truth
    assert books(tea) == {"clearing": 200_000, "云雾茶行": 198_800, "fee": 1_200}


def test_a_payment_of_another_amount_is_kept_apart(gateway: Gateway, tea: Merchant, cake: Product) -> None:
    person = buyer("李雷")
    checkout = placed(person, (cake, 1))
    gateway.faults("callback.wrong", field="amount", value=1)
    gateway.pay(at_cashier(checkout, person), person.openid)
    assert gateway.deliver() == [204], "the signature is true"
    heard()
    assert checkout_now(checkout.id).state is OrderState.PLACED
    assert (books(tea), stock(cake)) == ({}, (100, 1, 0))
    assert payments.health(gateway.now()).quarantined == 1


def test_a_refund_that_fails_at_the_gateway_can_be_asked_for_again(
    gateway: Gateway, tea: Merchant, cake: Product
) -> None:
    (order,) = paid(gateway, buyer("李雷"), (cake, 2)).orders
    gateway.faults("refund.closed")
    asked = asked_back(order, 150_000)
    assert order_now(order.id).refund_pending_fen == 150_000
    until(gateway, lambda: after_sale_now(asked.id).state is AfterSaleState.REFUND_FAILED)
    after = order_now(order.id)
    assert (after.refund_pending_fen, after.refunded_fen, after.lines[0].refund_pending_fen) == (0, 0, 0)
    assert payments.payment(order.payment_id).refundable_fen == 400_000
    assert books(tea) == {"clearing": 400_000, "云雾茶行": 397_600, "fee": 2_400}

    orders.decide_after_sale(asked.id, merchant_id=tea.id, approve=True, actor="usr01STAFF", now=gateway.now())
    until(gateway, lambda: after_sale_now(asked.id).state is AfterSaleState.REFUNDED)
    assert books(tea) == {"clearing": 250_000, "云雾茶行": 248_500, "fee": 1_500}


def test_a_transfer_whose_answer_was_lost_is_asked_after_and_paid_once(
    gateway: Gateway, cake: Product, deer: Promoter
) -> None:
    earned(gateway, deer, cake, 10)
    before = gateway.world.books.balance
    gateway.faults("answer.lost", where="transfer.create")
    gateway.faults("callback.never", times=None, where="MCHTRANSFER")
    made = payouts.request(deer.id, 250_000, now=gateway.now())
    turn(gateway)  # submitted
    turn(gateway)  # sent into the dark
    assert payments.transfer(made.transfer_id).state is TransferState.UNKNOWN
    assert purse(deer) == (250_000, 250_000, 0), "held: silence concludes nothing"
    until(gateway, lambda: payments.transfer(made.transfer_id).state is TransferState.WAITING)
    gateway.confirm(made.transfer_id)
    until(gateway, lambda: withdrawal_now(made.id).state is State.PAID, minutes=20)
    for _ in range(3):
        gateway.clock(minutes=30)
        turn(gateway)
    assert before - gateway.world.books.balance == 250_000
    assert purse(deer) == (0, 0, 0)
    nothing_is_wrong()


def test_a_transfer_nobody_confirms_gives_money_and_tax_back(gateway: Gateway, cake: Product, deer: Promoter) -> None:
    earned(gateway, deer, cake, 50)
    made = sent(gateway, deer, 1_000_000)
    assert (made.state, made.tax_fen, purse(deer)) == (State.SENDING, 9_000, (1_250_000, 1_000_000, 250_000))
    (year,) = payouts.tax_years(deer.id)
    assert (year.income_fen, year.withheld_fen) == (1_000_000, 9_000)

    gateway.clock(hours=25)
    until(gateway, lambda: withdrawal_now(made.id).state is State.EXPIRED)
    assert purse(deer) == (1_250_000, 0, 1_250_000)
    (year,) = payouts.tax_years(deer.id)
    line = payouts.tax_line(made.id)
    assert line is not None and line.reversed_at is not None
    assert (year.income_fen, year.withheld_fen, books().get("tax", 0)) == (0, 0, 0)
    again = sent(gateway, deer, 1_000_000)
    assert (again.tax_fen, again.net_fen) == (9_000, 991_000), "taxed as if the first had never been"
    nothing_is_wrong()


def test_her_own_purchase_earns_nothing(gateway: Gateway, tea: Merchant, cake: Product, deer: Promoter) -> None:
    herself = Buyer(deer.user_id, "o-xiaolu", "v-xiaolu")
    touched(link(deer, cake), herself)
    (order,) = paid(gateway, herself, (cake, 1)).orders
    received(gateway, order)
    gateway.clock(days=8)
    work()
    (line,) = order.lines
    with transaction.atomic():
        why = attribution.why(line.attribution_id)
        earning, steps = commission.explain(order.id, line.id, now=gateway.now())
    assert (why.self_purchase, why.sentence.endswith("（自购），不计佣金。")) == (True, True)
    assert (earning.self_purchase, [step.fen for step in steps]) == (True, [200_000, 0, 200_000, 0])
    assert steps[-1].how == "推客本人购买（自购），不计佣金"
    assert purse(deer) == (0, 0, 0)
    nothing_is_wrong()


def test_a_payee_changed_between_approval_and_payment_stops_it(gateway: Gateway, cake: Product, deer: Promoter) -> None:
    earned(gateway, deer, cake, 50)
    made = payouts.request(deer.id, 600_000, now=gateway.now())
    payouts.propose(made.id, actor="usrfinance1", now=gateway.now())
    payouts.approve(made.id, actor="usrfinance2", now=gateway.now())
    promoters.change_payee(
        deer.id, channel=PayeeChannel.WECHAT, account="o-somebody-else", holder="沈小鹿", now=gateway.now()
    )
    turn(gateway)
    stopped = withdrawal_now(made.id)
    assert (stopped.state, stopped.reason, stopped.tax_fen) == (State.STOPPED, "payee_changed", 0)
    assert purse(deer) == (1_250_000, 0, 1_250_000)
    assert gateway.world.books.transfers == {}

    again = payouts.request(deer.id, 400_000, now=gateway.now())
    turn(gateway)
    assert (withdrawal_now(again.id).state, gateway.world.books.transfers) == (State.APPROVED, {}), "cooling off"
    gateway.clock(hours=24)
    turn(gateway)
    turn(gateway)
    assert gateway.world.books.transfers[again.transfer_id].openid == "o-somebody-else"
    gateway.confirm(again.transfer_id)
    turn(gateway)
    assert withdrawal_now(again.id).state is State.PAID
    assert purse(deer) == (850_000, 0, 850_000)
    nothing_is_wrong()


# -- looking ---------------------------------------------------------------------------------------------------------


def purse(who: Promoter) -> tuple[int, int, int]:
    """Her due, the part of it that is held, and what she may still withdraw."""
    found = payouts.wallet(who.id)
    return found.due_fen, found.held_fen, found.available_fen


def nothing_is_wrong_without_promoters() -> None:
    """The same where no line was promoted: the books are checked, and there is no commission to check."""
    from xintui.foundation.ledger import facade as ledger

    assert ledger.audit() == []
    assert payments.unmatched_fen() == 0
