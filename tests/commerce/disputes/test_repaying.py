"""What a buyer owes after a reversal: paid back as he likes, to the fen, once; let go of by four eyes; never taken."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from tests.commerce.disputes.hands import (
    ARBITER,
    BOUGHT,
    DAY,
    FINANCE,
    HOUR,
    NOW,
    arrives,
    fen,
    filed,
    heard,
    moves,
    now_is,
    received,
    seller,
)
from xintui.commerce.catalog.contracts import Product
from xintui.commerce.disputes import facade, models
from xintui.commerce.disputes.contracts import (
    DisputeFile,
    NothingToRecover,
    NotYourTurn,
    NoWriteOff,
    RepaymentState,
    SameEyes,
    WriteOffOpen,
    WriteOffState,
)
from xintui.foundation.identity.contracts import Principal, Role
from xintui.foundation.ledger.contracts import Kind
from xintui.foundation.payments import facade as payments
from xintui.foundation.payments import models as payment_rows
from xintui.foundation.payments.contracts import Channel, Payment, PaymentCaptured
from xintui.infra.outbox import facade as outbox
from xintui.trust.appeals import facade as appeals

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("balanced")]
THEN = NOW + 5 * DAY
OTHER = Principal("usr01FIN2", frozenset({Role.FINANCE}), None, "财务二", 1)


@pytest.fixture
def owing(pot: Product) -> DisputeFile:
    """168.00 was paid first, and a human found that it was not owed."""
    found = filed(received(pot))
    facade.decide_overdue(now=NOW + 48 * HOUR)
    arrives(found, at=NOW + 49 * HOUR)
    facade.appeal(found.dispute.id, "请人工复核", by=seller(pot.merchant_id), now=NOW + 3 * DAY)
    [appeal] = appeals.appeals().items
    appeals.decide(appeal.id, True, "检测合格，改判", by=ARBITER, now=NOW + 4 * DAY)
    heard()
    return found


def opened(found: DisputeFile, amount: int, *, psp: str = "wechat", by: Principal = BOUGHT) -> Payment:
    channel = Channel.H5
    return facade.repay(found.dispute.id, amount, openid="", channel=channel, psp=psp, by=by, now=THEN)


def captured(payment: Payment, *, at: datetime = THEN) -> PaymentCaptured:
    """The gateway says that the money is there."""
    payment_rows.Payment.objects.filter(id=payment.id).update(
        state="captured", captured_fen=payment.amount_fen, paid_at=at, transaction_id=f"42{payment.id[-8:]}"
    )
    told = PaymentCaptured(
        payment.id, payment.subject, payment.amount_fen, "CNY", f"42{payment.id[-8:]}", "", at, payment.psp
    )
    outbox.publish(told)
    heard()
    return told


def owed() -> int:
    [one] = facade.debts_of(BOUGHT.user_id)
    assert one.left_fen == fen(Kind.BUYER_DEBT, BOUGHT.user_id)
    return one.left_fen


def test_it_is_paid_in_parts_by_either_gateway_and_each_has_its_receipt(owing: DisputeFile) -> None:
    assert owed() == 168_00
    first = opened(owing, 100_00)
    captured(first)
    assert moves(f"disputes.repaid/{first.id}") == [("gateway.clearing:wechat", f"buyer.debt:{BOUGHT.user_id}", 100_00)]
    assert owed() == 68_00
    second = opened(owing, 68_00, psp="alipay")
    captured(second)
    assert owed() == 0
    [one] = facade.debts_of(BOUGHT.user_id)
    assert (one.paid_fen, one.recovered_fen, one.ruling) == (168_00, 168_00, "检测合格，改判")
    assert [(r.state, r.fen, r.counted_fen, r.psp, r.transaction_id) for r in one.repayments] == [
        (RepaymentState.PAID, 68_00, 68_00, "alipay", f"42{second.id[-8:]}"),
        (RepaymentState.PAID, 100_00, 100_00, "wechat", f"42{first.id[-8:]}"),
    ]
    assert [(e.verb, e.fen) for e in now_is(owing).timeline[-2:]] == [("repay", 100_00), ("repay", 68_00)]
    assert {f"disputes.repaid/{first.id}", f"disputes.repaid/{second.id}"} <= set(facade.reasons(owing.dispute.id))
    with pytest.raises(NothingToRecover):
        opened(owing, 1)


def test_the_same_amount_again_is_the_same_payment_and_heard_twice_counts_once(owing: DisputeFile) -> None:
    one = opened(owing, 50_00)
    assert opened(owing, 50_00).id == one.id
    told = captured(one)
    outbox.publish(told)
    heard()
    assert owed() == 118_00
    assert models.Repayment.objects.count() == 1


def test_another_amount_takes_the_place_of_the_first_and_what_comes_too_much_goes_back(owing: DisputeFile) -> None:
    whole = opened(owing, 168_00)
    part = opened(owing, 100_00)
    assert whole.id != part.id
    assert payment_rows.Payment.objects.get(id=whole.id).close_asked_at == THEN
    captured(part)
    assert owed() == 68_00
    captured(whole)  # the first page lay open, and was paid all the same
    assert owed() == 0
    [back] = payment_rows.Refund.objects.filter(payment_id=whole.id)
    assert (back.amount_fen, now_is(owing).timeline[-1].verb) == (100_00, "repay_excess")
    captured(whole)
    assert payment_rows.Refund.objects.filter(payment_id=whole.id).count() == 1
    assert fen(Kind.GATEWAY_CLEARING, "wechat") == 168_00  # of the order itself everything went back


def test_nobody_else_pays_or_sees_it_and_never_more_than_is_owed(owing: DisputeFile, pot: Product) -> None:
    with pytest.raises(NotYourTurn):
        opened(owing, 1_00, by=seller(pot.merchant_id))
    for amount in (0, 168_01):
        with pytest.raises(NothingToRecover):
            opened(owing, amount)
    assert facade.debts_of("usr01OTHER") == ()
    with pytest.raises(IntegrityError), transaction.atomic():
        models.Case.objects.update(written_off_fen=168_01)


def test_nothing_is_owed_of_a_ruling_that_stands(pot: Product) -> None:
    found = filed(received(pot))
    facade.decide_overdue(now=NOW + 48 * HOUR)
    arrives(found, at=NOW + 49 * HOUR)
    assert facade.debts_of(BOUGHT.user_id) == ()
    with pytest.raises(NothingToRecover):
        opened(found, 1_00)


def test_four_eyes_let_go_of_it_and_the_platform_bears_it(owing: DisputeFile) -> None:
    number = owing.dispute.id
    with pytest.raises(NoWriteOff):
        facade.decide_write_off(number, True, "同意", by=OTHER, now=THEN)
    facade.ask_write_off(number, 168_00, "已失联，追偿成本高于金额", by=FINANCE, now=THEN)
    with pytest.raises(WriteOffOpen):
        facade.ask_write_off(number, 1_00, "再提一次", by=OTHER, now=THEN)
    with pytest.raises(SameEyes):
        facade.decide_write_off(number, True, "自己同意", by=FINANCE, now=THEN)
    assert owed() == 168_00
    captured(opened(owing, 60_00))  # she pays after all, in the meantime
    facade.decide_write_off(number, True, "核实过了", by=OTHER, now=THEN + HOUR)
    assert owed() == 0
    [one] = facade.write_offs(number)
    assert (one.state, one.fen, one.asked_by, one.decided_by) == (
        WriteOffState.DONE, 108_00, FINANCE.user_id, OTHER.user_id,
    )  # fmt: skip
    assert moves(f"disputes.written_off/{one.id}") == [
        ("platform.fee:platform", f"buyer.debt:{BOUGHT.user_id}", 108_00)
    ]
    assert now_is(owing).dispute.written_off_fen == 108_00
    with pytest.raises(NothingToRecover):
        facade.ask_write_off(number, 1, "再核销", by=FINANCE, now=THEN)


def test_a_refused_write_off_leaves_the_debt_and_may_be_asked_for_again(owing: DisputeFile) -> None:
    number = owing.dispute.id
    facade.ask_write_off(number, 50_00, "金额小", by=FINANCE, now=THEN)
    facade.decide_write_off(number, False, "先联系买家", by=OTHER, now=THEN)
    assert owed() == 168_00
    facade.ask_write_off(number, 50_00, "已联系", by=OTHER, now=THEN)
    facade.decide_write_off(number, True, "同意", by=FINANCE, now=THEN)
    assert owed() == 118_00
    facade.recover(number, 118_00, "ICBC-20260401-7", by=FINANCE, now=THEN + timedelta(days=1))
    assert owed() == 0
    with pytest.raises(IntegrityError), transaction.atomic():
        models.WriteOff.objects.filter(state="done").update(decided_by=OTHER.user_id, asked_by=OTHER.user_id)


def test_a_payment_that_was_opened_is_known_by_its_beginning(owing: DisputeFile) -> None:
    """The one page of who listens sends it here and not to orders."""
    assert opened(owing, 10_00).subject.startswith("drp")
    assert [one.subject[:3] for one in payments.payments_of([models.Repayment.objects.get().id])] == ["drp"]
