"""Money goes back: the way it came while the gateway can, by the desk where it no longer can."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Principal
from xintui.foundation.ledger import facade as ledger
from xintui.foundation.ledger.contracts import Account, Kind, Posting
from xintui.foundation.payments import facade as payments
from xintui.foundation.payments.contracts import RefundFailed, RefundSettled
from xintui.infra.outbox import facade as outbox
from xintui.kernel.ids import new_id
from xintui.kernel.times import accounting_date
from xintui.trust.deposits import holdings, models, queries, rules, tables
from xintui.trust.deposits.contracts import (
    Deposit,
    DepositNotFound,
    DepositReturned,
    Holder,
    NothingToReturn,
    PartState,
    ReturnState,
    State,
    Verb,
)
from xintui.trust.deposits.services import offsets, owing, rows

PREFIX = "dpr"
"""What the number of a deposit's refund begins with."""
LONG = timedelta(days=3650)
"""A hold that ends with what it waits for and not by the clock."""
BANK = "bank"


@transaction.atomic
def give_all_back(holder: Holder, *, by: Principal, now: datetime) -> Deposit:
    """Everything that no open claim holds goes back at once; the rest follows by itself when its claim ends.

    Raises `DepositNotFound`, `NothingToReturn` (all that is left is held, or on its way already).
    """
    row = holdings.live(holder, lock=True)
    if row is None:
        raise DepositNotFound(holder.id)
    before = row.state
    free = ledger.balance(holdings.account(row)).available_fen
    if row.state == State.OPEN:
        row.state = rules.FLOW.after(State(row.state), Verb.LEAVE)
        owing.stop(row, now=now)
        offsets.release(row, None, now=now)
    elif not free:
        raise NothingToReturn(row.id)
    return_free(row, now=now)
    rows.settle(row, now=now)
    identity.audit(by, "deposits.leave", ("deposit", row.id), {"state": before}, {"state": row.state, "fen": free})
    return queries.one(row.id, today=accounting_date(now))


def return_free(row: models.Deposit, *, now: datetime) -> None:
    """Send what nothing holds back to where it came from, the last payment first."""
    free = ledger.balance(holdings.account(row)).available_fen
    parts = {
        part.id: part
        for part in models.Part.objects.filter(deposit_id=row.id, state=PartState.PAID).order_by("-paid_at", "-seq")
    }
    left = [(part.id, part.amount_fen - part.returned_fen) for part in parts.values()]
    give_back(row, [(parts[part_id], fen) for part_id, fen in rules.take(free, left)], now=now)


def give_back(row: models.Deposit, taken: Sequence[tuple[models.Part, int]], *, now: datetime) -> None:
    """Set each amount aside and ask the gateway for its refund, or the desk where that is too long ago."""
    days = tables.version(row.version).gateway_refund_days
    for part, fen in taken:
        made = models.Return(id=new_id(PREFIX), deposit_id=row.id, part_id=part.id, amount_fen=fen, asked_at=now)
        late = part.paid_at is None or now - part.paid_at > timedelta(days=days)
        made.state = ReturnState.DESK if late else ReturnState.SENT
        made.note = f"缴纳已超过 {days} 天，支付渠道不能原路退回" if late else ""
        made.save(force_insert=True)
        models.Part.objects.filter(id=part.id).update(returned_fen=F("returned_fen") + fen)
        ledger.hold(_key(made.id), holdings.account(row), fen, until=now + LONG)
        if not late:
            payments.request_refund(made.id, part.payment_id, fen, "保证金退还", now=now)


def _key(return_id: str) -> str:
    return f"deposits.return/{return_id}"


@transaction.atomic
def returned(events: Sequence[RefundSettled]) -> None:
    """Handler: the gateway gave it back."""
    for event in events:
        _done(event.refund_id, Account(Kind.GATEWAY_CLEARING, event.psp), at=event.settled_at)


@transaction.atomic
def refused(events: Sequence[RefundFailed]) -> None:
    """Handler: the gateway definitely will not; the money stays set aside for the desk to give back."""
    for event in events:
        waiting = models.Return.objects.filter(id=event.refund_id, state=ReturnState.SENT)
        waiting.update(state=ReturnState.DESK, note=f"支付渠道退款失败：{event.reason}"[:200])


@transaction.atomic
def returned_by_desk(return_id: str, reference: str, *, by: Principal, now: datetime, reason: str = "") -> Deposit:
    """The desk paid it by bank transfer under `reference`. Raises `DepositNotFound`, `NothingToReturn`."""
    found = models.Return.objects.filter(id=return_id).first()
    if found is None:
        raise DepositNotFound(return_id)
    note = f"银行转账 {reference}"
    if not _done(return_id, Account(Kind.GATEWAY_CLEARING, BANK), at=now, note=note, of=(ReturnState.DESK,)):
        raise NothingToReturn(found.deposit_id)
    told = {"state": ReturnState.DONE, "reference": reference, "fen": found.amount_fen}
    before = {"state": ReturnState.DESK}
    identity.audit(by, "deposits.return_by_desk", ("deposit", found.deposit_id), before, told, reason=reason)
    return queries.one(found.deposit_id, today=accounting_date(now))


def _done(
    return_id: str, source: Account, *,
    at: datetime, note: str = "", of: Sequence[ReturnState] = (ReturnState.SENT, ReturnState.DESK),
) -> bool:  # fmt: skip
    """It is back, if it was in one of these states. The deposit is locked before its returns, here as everywhere."""
    found = models.Return.objects.get(id=return_id)
    row = rows.locked(found.deposit_id)
    found.refresh_from_db()
    if found.state not in of:
        return False
    if (freed := offsets.make_room(row, found.amount_fen, now=at)) and row.state == State.OPEN:
        owing.top_up(row, freed, now=at)
    moves = holdings.moves_out(row, source, found.amount_fen)
    on = ledger.open_date(accounting_date(at))
    ledger.capture(_key(found.id), holdings.account(row), Posting(f"deposits.returned/{found.id}", moves, on))
    found.state, found.done_at, found.note = ReturnState.DONE, at, note
    found.save()
    rows.settle(row, now=at)
    outbox.publish(DepositReturned(row.id, row.holder_kind, row.holder_id, found.amount_fen, at))
    return True
