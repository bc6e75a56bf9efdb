"""A deposit is agreed to, and its parts are paid."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from django.db import IntegrityError, transaction

from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Principal
from xintui.foundation.ledger import facade as ledger
from xintui.foundation.ledger.contracts import Account, Kind, Posting
from xintui.foundation.payments import facade as payments
from xintui.foundation.payments.contracts import Channel, Payment, PaymentCaptured
from xintui.infra.outbox import facade as outbox
from xintui.kernel.ids import new_id
from xintui.kernel.times import accounting_date
from xintui.trust.deposits import holdings, models, queries, rules, tables
from xintui.trust.deposits.contracts import (
    AlreadyOpen,
    Deposit,
    DepositPaid,
    Facts,
    Holder,
    NoneNeeded,
    PartKind,
    PartNotDue,
    PartState,
    Quote,
    RiskClass,
    Scheduled,
    State,
    TermsChanged,
    Verb,
)
from xintui.trust.deposits.services import owing, returning, rows


@transaction.atomic
def agree(
    holder: Holder, risk_class: RiskClass, facts: Facts, *,
    amount_fen: int, in_parts: bool, by: Principal, now: datetime,
) -> Deposit:  # fmt: skip
    """Open a deposit for a class of goods, or raise the one there is; what is due first can be paid at once.

    `amount_fen` is what the holder was shown. Raises `NoneNeeded`, `TermsChanged`, `AlreadyOpen`.
    """
    today = accounting_date(now)
    terms = tables.terms(today)
    asked = rules.quote(holder.kind, risk_class, facts, terms, today)
    if not asked.amount_fen:
        raise NoneNeeded(terms.titles[risk_class])
    if asked.amount_fen != amount_fen:
        raise TermsChanged(asked.amount_fen)
    row = holdings.live(holder, lock=True)
    if row is None:
        row = _first(holder, asked, in_parts=in_parts, now=now)
    elif rules.rank(risk_class) > rules.rank(RiskClass(row.risk_class)) and row.state == State.OPEN:
        _raise(row, asked, now=now)
    else:
        raise AlreadyOpen(row.id)
    told = {
        "class": risk_class.value,
        "band": asked.band.value,
        "target_fen": asked.amount_fen,
        "version": asked.version,
    }
    identity.audit(by, "deposits.agree", ("deposit", row.id), {}, told)
    return queries.one(row.id, today=today)


def _first(holder: Holder, asked: Quote, *, in_parts: bool, now: datetime) -> models.Deposit:
    """One deposit a holder: of two who agree at the same moment the key lets one through."""
    row = models.Deposit(
        id=new_id("dep"), holder_kind=holder.kind, holder_id=holder.id, opened_at=now, quota=0, **_terms(asked)
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        other = holdings.live(holder)
        raise AlreadyOpen(other.id if other else "") from error
    row.refresh_from_db()
    whole = (Scheduled(asked.amount_fen, accounting_date(now)),)
    kind = PartKind.INSTALMENT if in_parts else PartKind.WHOLE
    owing.owe(row.id, kind, asked.instalments if in_parts else whole)
    return row


def _terms(asked: Quote) -> dict[str, object]:
    return {
        "risk_class": asked.risk_class.value,
        "band": asked.band.value,
        "band_says": asked.band_says,
        "facts": asdict(asked.facts),
        "target_fen": asked.amount_fen,
        "version": asked.version,
    }


def _raise(row: models.Deposit, asked: Quote, *, now: datetime) -> None:
    """The higher class counts once the difference is there; it never costs goods that are promoted already."""
    becomes = _terms(asked) | {"target_fen": max(asked.amount_fen, row.target_fen)}
    missing = asked.amount_fen - row.target_fen
    owing.stop(row, now=now, kind=PartKind.RAISE)
    if missing > 0:
        owed = owing.owe(row.id, PartKind.RAISE, [Scheduled(missing, accounting_date(now))])
        models.Part.objects.filter(id__in=owed).update(becomes=becomes)
    else:
        owing.become(row, becomes)
        rows.settle(row, now=now)


@transaction.atomic
def pay(part_id: str, holder: Holder, *, openid: str, channel: Channel, psp: str, now: datetime) -> Payment:
    """The payment of a part that is owed, early or late. Raises `PartNotDue`, and what `open_payment` raises."""
    row = holdings.live(holder, lock=True)
    part = models.Part.objects.filter(id=part_id, deposit_id=row.id if row else "").first()
    if row is None or part is None or part.state != PartState.DUE:
        raise PartNotDue(part.get_state_display() if part else "不存在")
    return payments.open_payment(part.id, part.amount_fen, openid, "保证金", channel, now=now, psp=psp)


@transaction.atomic
def paid(events: Sequence[PaymentCaptured]) -> None:
    """Handler: what arrived is the holder's, whatever became of the part; what is owed no more goes back at once."""
    for event in events:
        part = models.Part.objects.get(id=event.subject)
        row = rows.locked(part.deposit_id)
        part.refresh_from_db()
        if models.Part.objects.filter(payment_id=event.payment_id).exists():
            continue
        _book(row, event)
        if part.state == PartState.DUE:
            _receive(row, part, event)
        else:
            _send_back(row, event)
        rows.settle(row, now=event.paid_at)
        told = (row.id, row.holder_kind, row.holder_id, event.amount_fen, event.paid_at)
        outbox.publish(DepositPaid(*told))


def _book(row: models.Deposit, event: PaymentCaptured) -> None:
    clearing = Account(Kind.GATEWAY_CLEARING, event.psp, event.currency)
    on = ledger.open_date(accounting_date(event.paid_at))
    moves = holdings.moves_in(row, clearing, event.amount_fen)
    ledger.post(Posting(f"deposits.paid/{event.payment_id}", moves, on))


def _receive(row: models.Deposit, part: models.Part, event: PaymentCaptured) -> None:
    part.state, part.paid_at = PartState.PAID, event.paid_at
    part.payment_id, part.psp = event.payment_id, event.psp
    part.save()
    if part.becomes:
        owing.become(row, part.becomes)


def _send_back(row: models.Deposit, event: PaymentCaptured) -> None:
    (made,) = owing.owe(row.id, PartKind.EXCESS, [Scheduled(event.amount_fen, accounting_date(event.paid_at))])
    part = models.Part.objects.get(id=made)
    _receive(row, part, event)
    returning.give_back(row, [(part, event.amount_fen)], now=event.paid_at)


@transaction.atomic
def stay(holder: Holder, *, by: Principal, now: datetime) -> Deposit:
    """The holder changes her mind while a claim still holds the rest: what is missing is owed again."""
    row = holdings.live(holder, lock=True)
    if row is None or row.state != State.LEAVING:
        raise AlreadyOpen(row.id if row else "")
    row.state = rules.FLOW.after(State(row.state), Verb.STAY)
    if (missing := row.target_fen - holdings.cover_fen(row)) > 0:
        owing.top_up(row, missing, now=now)
    rows.settle(row, now=now)
    identity.audit(by, "deposits.stay", ("deposit", row.id), {"state": State.LEAVING}, {"state": State.OPEN})
    return queries.one(row.id, today=accounting_date(now))
