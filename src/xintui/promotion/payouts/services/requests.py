"""The promoter's verbs: ask for money, change his mind."""

from datetime import datetime, timedelta

from django.db import transaction

from xintui.foundation.ledger import facade as ledger
from xintui.foundation.payments import facade as payments
from xintui.kernel.ids import new_id
from xintui.kernel.times import accounting_date
from xintui.promotion.payouts import models, queries, taxation
from xintui.promotion.payouts.contracts import AboveDue, NoPayee, Rail, State, Withdrawal
from xintui.promotion.payouts.rules import PERSON, flow
from xintui.promotion.payouts.services import rows
from xintui.promotion.promoters import facade as promoters
from xintui.promotion.promoters.contracts import PayeeChannel

HOLD_DAYS = 400
"""A hold ends by an answer, never by age; this is only the longest a ledger hold is written for."""


@transaction.atomic
def request(promoter_id: str, amount_fen: int, *, invoice_ref: str = "", now: datetime) -> Withdrawal:
    """Set due money aside for a payment to the payee on record now. Small sums need no one; the rest four eyes.

    Raises `AboveDue`, `OutOfRange`, `NoPayee`, `RealNameRequired`, `InvoiceRequired`, `NoSuchPromoter`.
    """
    person, payee = promoters.one(promoter_id), promoters.payee(promoter_id)
    if payee is None:
        raise NoPayee
    policy = queries.policy(accounting_date(now))
    kind = taxation.kind_of(person, accounting_date(now))
    invoices = kind != PERSON
    flow.checked_request(amount_fen, policy, is_company=invoices, holder=payee.holder, invoice_ref=invoice_ref)
    review = flow.needs_review(amount_fen, policy, is_company=invoices, is_active=person.is_active)
    row = models.Withdrawal(
        id=new_id("wdr"),
        promoter_id=promoter_id,
        user_id=person.user_id,
        kind=kind,
        amount_fen=amount_fen,
        state=(State.REVIEW if review else State.APPROVED).value,
        rail=(Rail.BANK if payee.channel is PayeeChannel.BANK else Rail.WECHAT).value,
        transfer_id=new_id("trf"),
        payee_version=payee.version,
        payee_digest=payee.digest,
        payee_masked=payee.masked_account,
        invoice_ref=invoice_ref,
        needs_review=review,
        not_before=flow.earliest(payee.version, payee.changed_at, policy, now),
        requested_at=now,
    )
    try:
        ledger.hold(
            rows.hold_key(row), queries.due_account(promoter_id), amount_fen, until=now + timedelta(days=HOLD_DAYS)
        )
    except ledger.WouldOverdraw:
        raise AboveDue(amount_fen) from None
    row.save(force_insert=True)
    rows.log(row, "request", actor=person.user_id, now=now)
    return queries.as_contract(row)


@transaction.atomic
def cancel(promoter_id: str, withdrawal_id: str, *, now: datetime) -> Withdrawal:
    """Before money is sent the withdrawal ends here; after that the gateway is asked, and its answer decides.

    Raises `NoSuchWithdrawal`, `NoSuchMove`.
    """
    row = rows.locked(withdrawal_id, promoter_id=promoter_id)
    if row.state in (State.SENDING, State.UNKNOWN) and row.rail == Rail.WECHAT:
        payments.cancel_transfer(row.transfer_id, now=now)
        rows.log(row, "ask_cancel", actor=row.user_id, now=now)
        return queries.as_contract(row)
    rows.move(row, flow.Verb.CANCEL, actor=row.user_id, now=now, settled_at=now)
    rows.give_back(row, reason="cancelled", now=now)
    return queries.as_contract(row)
