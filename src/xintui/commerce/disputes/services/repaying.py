"""A buyer pays back, through the gateway, what a reversed ruling had paid first. Never taken: only what he sends."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime

from django.db import transaction

from xintui.commerce.disputes import models, queries
from xintui.commerce.disputes.contracts import NothingToRecover, RepaymentState, Side
from xintui.commerce.disputes.services import rows
from xintui.foundation.identity.contracts import SYSTEM, Principal
from xintui.foundation.ledger import facade as ledger
from xintui.foundation.ledger.contracts import Account, Kind, Move, Posting
from xintui.foundation.payments import facade as payments
from xintui.foundation.payments.contracts import Channel, NotFound, NotPayable, Payment, PaymentCaptured
from xintui.kernel.ids import new_id
from xintui.kernel.times import accounting_date

PREFIX = "drp"
"""How the subject of such a payment begins (`entrypoints/subscriptions.py`)."""


@transaction.atomic
def repay(
    dispute_id: str, fen: int, *, openid: str, channel: Channel, psp: str, by: Principal, now: datetime
) -> Payment:
    """The payment of a part or of all of it. The same amount again is the same payment, another one takes its place.

    Raises `DisputeNotFound`, `NotYourTurn`, `NothingToRecover`, and what `open_payment` raises.
    """
    row, _ = rows.as_party(dispute_id, by, Side.BUYER)
    left = queries.left_fen(row)
    if not 1 <= fen <= left:
        raise NothingToRecover(left)
    made = models.Repayment.objects.filter(
        merchant_id=row.merchant_id, dispute_id=row.id, state=RepaymentState.OPEN
    ).first()
    if made is not None and made.fen != fen:
        _call_off(made, now)
        made = None
    if made is None:
        made = models.Repayment(
            id=new_id(PREFIX), merchant_id=row.merchant_id, dispute_id=row.id, fen=fen, state=RepaymentState.OPEN,
            psp=psp, payment_id="", transaction_id="", counted_fen=0, opened_at=now,
        )  # fmt: skip
        made.save(force_insert=True)
    return payments.open_payment(made.id, fen, openid, "退回先行赔付", channel, now=now, psp=psp)


def _call_off(made: models.Repayment, now: datetime) -> None:
    for payment in payments.payments_of([made.id]):
        with suppress(NotPayable, NotFound):
            payments.close_payment(payment.id, now=now)
    made.state = RepaymentState.CALLED_OFF
    made.save()


@transaction.atomic
def repaid(events: Sequence[PaymentCaptured]) -> None:
    """Handler: what arrived counts as far as something is owed; the rest, of a page that lay open long, goes back."""
    for event in events:
        asked = models.Repayment.objects.get(id=event.subject)
        row = rows.locked(asked.dispute_id)
        asked.refresh_from_db()
        on, reason = ledger.open_date(accounting_date(event.paid_at)), f"disputes.repaid/{event.payment_id}"
        if ledger.postings([reason]) or asked.payment_id == event.payment_id:
            continue
        taken = 0 if asked.state == RepaymentState.PAID else min(event.amount_fen, queries.left_fen(row))
        if taken:
            back = Move(Account(Kind.GATEWAY_CLEARING, event.psp), Account(Kind.BUYER_DEBT, row.buyer_id), taken)
            ledger.post(Posting(reason, (back,), on))
            row.recovered_fen += taken
            row.save()
            rows.note(row, "repay", Side.BUYER, by=SYSTEM, now=event.paid_at, words=event.payment_id, fen=taken)
        if asked.state != RepaymentState.PAID:
            asked.state, asked.paid_at, asked.counted_fen = RepaymentState.PAID, event.paid_at, taken
            asked.payment_id, asked.psp, asked.transaction_id = event.payment_id, event.psp, event.transaction_id
            asked.save()
        if rest := event.amount_fen - taken:
            number = f"drx{event.payment_id.removeprefix('pay')}"
            payments.request_refund(number, event.payment_id, rest, "多付的款项退回", now=event.paid_at)
            rows.note(row, "repay_excess", Side.PLATFORM, by=SYSTEM, now=event.paid_at, fen=rest)
