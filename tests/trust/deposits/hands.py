"""Hands that hold deposits: a promoter, a shop, and money as the gateway reports it."""

from datetime import UTC, datetime, timedelta

from xintui.foundation.identity.contracts import SYSTEM
from xintui.foundation.ledger import facade as ledger
from xintui.foundation.ledger.contracts import Account, Kind
from xintui.foundation.payments import models as payment_rows
from xintui.foundation.payments.contracts import Channel, Payment, PaymentCaptured, RefundFailed, RefundSettled
from xintui.trust.deposits import facade
from xintui.trust.deposits.contracts import Deposit, Facts, Holder, HolderKind, Return, RiskClass

T0 = datetime(2026, 11, 1, 2, 0, tzinfo=UTC)
DAY = timedelta(days=1)
ANNA = Holder(HolderKind.PROMOTER, "pro01ANNA")
SHOP = Holder(HolderKind.MERCHANT, "mer01SHOP")
NEW = Facts()
BUYERS_MONEY = Account(Kind.GATEWAY_CLEARING, "wechat")


def agreed(
    holder: Holder = ANNA, risk_class: RiskClass = RiskClass.MEDIUM, *,
    amount_fen: int = 120_000, in_parts: bool = True, at: datetime = T0,
) -> Deposit:  # fmt: skip
    return facade.agree(holder, risk_class, NEW, amount_fen=amount_fen, in_parts=in_parts, by=SYSTEM, now=at)


def opened(part_id: str, holder: Holder = ANNA, *, at: datetime = T0, psp: str = "wechat") -> Payment:
    channel = Channel.JSAPI if psp == "wechat" else Channel.H5
    return facade.pay(part_id, holder, openid="openid-anna", channel=channel, psp=psp, now=at)


def arrived(payment: Payment, *, at: datetime = T0) -> PaymentCaptured:
    """The payment's row as a verified callback leaves it, and what payments tells."""
    number = f"wx{payment.id}"[:32]
    payment_rows.Payment.objects.filter(id=payment.id).update(
        state="captured", captured_fen=payment.amount_fen, transaction_id=number, paid_at=at
    )
    return PaymentCaptured(
        payment.id, payment.subject, payment.amount_fen, "CNY", number, payment.payer_openid, at, payment.psp
    )


def paid(*part_ids: str, holder: Holder = ANNA, at: datetime = T0) -> None:
    for part_id in part_ids:
        facade.paid([arrived(opened(part_id, holder, at=at), at=at)])


def whole(*, at: datetime = T0) -> Deposit:
    """1,200 yuan, there."""
    paid(*(part.id for part in agreed(at=at).parts), at=at)
    return now(at=at)


def now(holder: Holder = ANNA, *, at: datetime = T0) -> Deposit:
    found = facade.current(holder, today=at.date())
    assert found is not None
    return found


def refunded(one: Return, *, at: datetime = T0) -> RefundSettled:
    return RefundSettled(one.id, "pay", one.part_id, one.amount_fen, at)


def not_refunded(one: Return, *, at: datetime = T0) -> RefundFailed:
    return RefundFailed(one.id, "pay", one.part_id, one.amount_fen, at, "账户注销")


def clearing_fen() -> int:
    """What the gateway holds for us."""
    ledger.fold()
    return ledger.balance(BUYERS_MONEY).posted_fen
