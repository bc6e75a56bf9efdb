"""Money is credited only where amount, currency and subject all fit; everything else is kept apart."""

import dataclasses
from datetime import date, timedelta

import pytest

from tests.commerce.world import BUYER, T0, captured, goods, place, shop, stock
from xintui.commerce.orders import facade as orders
from xintui.commerce.orders.contracts import OrderPaid, OrderState, Referral
from xintui.commerce.orders.rules import Owed, Verdict, judge_capture
from xintui.commerce.orders.terms import fee_bp
from xintui.foundation.ledger import facade as ledger
from xintui.foundation.ledger.facade import Account, Kind
from xintui.infra.outbox import facade as outbox

db = pytest.mark.django_db
CLEARING, FEE = Account(Kind.GATEWAY_CLEARING, "wechat"), Account(Kind.PLATFORM_FEE, "platform")


def posted(account: Account) -> int:
    return ledger.balance(account).posted_fen


@db
def test_a_paid_checkout_pays_every_order_in_it_once_however_often_it_is_told() -> None:
    tea, fruit = shop("云雾茶行", freight_fen=800), shop("阳光果园")
    green, apple = goods(tea, "明前龙井", ("50g", 6_833, 10)), goods(fruit, "阿克苏苹果", ("5斤", 3_990, 9))
    checkout = place((green.skus[0].id, 1), (apple.skus[0].id, 2), referrals={tea.id: Referral("pro01A", "att01A")})
    event = captured(checkout)

    for _ in range(3):
        orders.mark_paid([event, event])

    states = {o.merchant_id: (o.state, o.fee_fen, o.payment_id) for o in orders.checkout(checkout.id).orders}
    assert states == {
        tea.id: (OrderState.PAID, 45, event.payment_id),  # floor(7633 × 0.6 %)
        fruit.id: (OrderState.PAID, 47, event.payment_id),  # floor(7980 × 0.6 %)
    }
    assert (stock(green), stock(apple)) == ([(10, 0, 1)], [(9, 0, 2)])
    assert posted(CLEARING) == checkout.total_fen == 15_613
    assert posted(Account(Kind.MERCHANT_PAYABLE, tea.id)) == 7_633 - 45
    assert posted(Account(Kind.MERCHANT_PAYABLE, fruit.id)) == 7_980 - 47
    assert posted(FEE) == 92
    heard: list[OrderPaid] = []
    outbox.deliver_all({OrderPaid: [heard.extend]})
    assert {(e.merchant_id, e.lines[0].paid_fen, e.lines[0].promoter_id) for e in heard} == {
        (tea.id, 6_833, "pro01A"),
        (fruit.id, 7_980, ""),
    }
    assert ledger.audit() == []


@db
@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("amount_fen", 1, "wrong_amount"),
        ("amount_fen", 6_801, "wrong_amount"),
        ("currency", "USD", "wrong_currency"),
        ("subject", "chk01NEVER", "unknown_subject"),
    ],
)
def test_a_payment_with_one_wrong_field_is_quarantined_and_credits_nothing(
    field: str, value: object, reason: str
) -> None:
    green = goods(shop("云雾茶行"), "明前龙井", ("50g", 6_800, 10))
    checkout = place((green.skus[0].id, 1))
    wrong = dataclasses.replace(captured(checkout), **{field: value})  # type: ignore[arg-type]

    orders.mark_paid([wrong])
    orders.mark_paid([wrong])

    assert orders.checkout(checkout.id).state is OrderState.PLACED
    assert orders.checkout(checkout.id).orders[0].state is OrderState.PLACED
    (kept,), _ = orders.quarantined()
    assert (kept.payment_id, kept.reason, kept.amount_fen, kept.state) == (
        wrong.payment_id,
        reason,
        wrong.amount_fen,
        "open",
    )
    assert posted(CLEARING) == 0
    heard: list[OrderPaid] = []
    outbox.deliver_all({OrderPaid: [heard.extend]})
    assert heard == []
    orders.close_unpaid(now=T0 + timedelta(minutes=30))  # and its goods do not wait for ever
    assert stock(green) == [(10, 0, 0)]


@db
def test_money_for_a_closed_or_already_paid_checkout_is_kept_apart_and_can_be_sent_back() -> None:
    green = goods(shop("云雾茶行"), "明前龙井", ("50g", 6_800, 10))
    first, second = place((green.skus[0].id, 1)), place((green.skus[0].id, 2))
    event = captured(first)
    orders.mark_paid([event])
    orders.cancel(second.orders[0].id, buyer_id=BUYER, now=T0)
    twice = dataclasses.replace(event, payment_id="pay01TWICE", transaction_id="wx2")
    late = dataclasses.replace(event, payment_id="pay01LATE", subject=second.id, amount_fen=13_600)

    orders.mark_paid([twice, late])

    assert {q.payment_id: q.reason for q in orders.quarantined()[0]} == {
        "pay01TWICE": "paid_twice",
        "pay01LATE": "closed",
    }
    assert posted(CLEARING) == 6_800
    assert stock(green) == [(10, 0, 1)]


@pytest.mark.parametrize(
    ("owed", "payment", "amount", "currency", "verdict"),
    [
        (Owed(OrderState.PLACED, 100, "CNY", ""), "p1", 100, "CNY", Verdict.CREDIT),
        (Owed(OrderState.PAID, 100, "CNY", "p1"), "p1", 100, "CNY", Verdict.REPEATED),
        (Owed(OrderState.PAID, 100, "CNY", "p1"), "p2", 100, "CNY", Verdict.PAID_TWICE),
        (Owed(OrderState.CLOSED, 100, "CNY", ""), "p1", 100, "CNY", Verdict.CLOSED),
        (Owed(OrderState.PLACED, 100, "CNY", ""), "p1", 99, "CNY", Verdict.WRONG_AMOUNT),
        (Owed(OrderState.PLACED, 100, "CNY", ""), "p1", 101, "CNY", Verdict.WRONG_AMOUNT),
        (Owed(OrderState.PLACED, 100, "CNY", ""), "p1", -100, "CNY", Verdict.WRONG_AMOUNT),
        (Owed(OrderState.PLACED, 100, "CNY", ""), "p1", 100, "GBP", Verdict.WRONG_CURRENCY),
        (None, "p1", 100, "CNY", Verdict.UNKNOWN_SUBJECT),
    ],
)
def test_what_a_capture_means(owed: Owed | None, payment: str, amount: int, currency: str, verdict: Verdict) -> None:
    assert judge_capture(owed, payment, amount, currency) is verdict


def test_the_fee_is_dated_data() -> None:
    assert fee_bp(date(2026, 11, 1)) == 60
    assert fee_bp(date(2024, 12, 31)) == 0


@db
def test_a_batch_of_payments_costs_as_many_statements_as_one() -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    green = goods(shop("云雾茶行"), "明前龙井", ("50g", 6_800, 10_000))
    counts = []
    for number in (1, 40):
        events = [captured(place((green.skus[0].id, 1)), at=T0 + timedelta(minutes=1)) for _ in range(number)]
        with CaptureQueriesContext(connection) as seen:
            orders.mark_paid(events)
        counts.append(len(seen))
    assert counts[0] == counts[1]
