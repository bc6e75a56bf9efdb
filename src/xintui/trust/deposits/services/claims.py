"""A named reason holds a part back, takes it, or lets it go."""

from datetime import datetime

from django.db import transaction
from django.db.models import Sum

from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Principal
from xintui.foundation.ledger import facade as ledger
from xintui.foundation.ledger.contracts import Account, Posting
from xintui.infra.outbox import facade as outbox
from xintui.kernel.ids import new_id
from xintui.kernel.times import accounting_date
from xintui.trust.deposits import holdings, models, queries, rules
from xintui.trust.deposits.contracts import (
    Claim,
    ClaimedDifferently,
    ClaimNotOpen,
    ClaimOpened,
    ClaimState,
    ClaimTooMuch,
    DepositNotFound,
    Holder,
    PartKind,
    PartState,
    State,
)
from xintui.trust.deposits.services import offsets, owing, returning, rows


@transaction.atomic
def claim(holder: Holder, key: str, fen: int, says: str, *, by: Principal, now: datetime) -> Claim:
    """Hold back what is there, at most `fen`, for the reason that `says`. The same key is one claim.

    Raises `DepositNotFound` where there is no deposit, `ClaimedDifferently`.
    """
    row = holdings.live(holder, lock=True)
    known = models.Claim.objects.filter(key=key).first()
    if known is not None:
        if row is None or (known.deposit_id, known.asked_fen) != (row.id, fen):
            raise ClaimedDifferently(key)
        return queries.as_claim(known)
    if row is None:
        raise DepositNotFound(holder.id)
    held = min(fen, ledger.balance(holdings.account(row)).available_fen)
    made = models.Claim(
        id=new_id("dpc"), deposit_id=row.id, key=key, says=says, asked_fen=fen, held_fen=held, opened_at=now,
        state=ClaimState.OPEN,
    )  # fmt: skip
    made.paid_fen = 0
    made.save(force_insert=True)
    if held:
        ledger.hold(_key(made.id), holdings.account(row), held, until=now + returning.LONG)
    told = {"claim": made.id, "key": key, "asked_fen": fen, "held_fen": held}
    identity.audit(by, "deposits.claim", ("deposit", row.id), {}, told, reason=says)
    outbox.publish(ClaimOpened(row.id, row.holder_kind, row.holder_id, made.id, held, says, now))
    return queries.as_claim(made)


@transaction.atomic
def pay_claim(key: str, fen: int, to: Account, *, by: Principal, now: datetime) -> Claim:
    """Take `fen` of what is held to `to`; the rest is free, and what is missing now is owed again.

    Raises `DepositNotFound`, `ClaimNotOpen`, `ClaimTooMuch`.
    """
    assert fen > 0
    row, found = _open(key)
    if fen > found.held_fen:
        raise ClaimTooMuch(found.held_fen)
    on = ledger.open_date(accounting_date(now))
    freed = offsets.make_room(row, fen, now=now)
    posting = Posting(f"deposits.claim/{found.id}", holdings.moves_out(row, to, fen), on)
    ledger.capture(_key(found.id), holdings.account(row), posting)
    found.paid_fen = fen
    _end(row, found, ClaimState.PAID, by=by, now=now, freed=freed)
    return queries.as_claim(found)


@transaction.atomic
def drop_claim(key: str, reason: str, *, by: Principal, now: datetime) -> Claim:
    """The reason is gone: everything it held is free. Raises `DepositNotFound`, `ClaimNotOpen`."""
    row, found = _open(key)
    if found.held_fen:
        ledger.void(_key(found.id), holdings.account(row))
    _end(row, found, ClaimState.DROPPED, by=by, now=now, reason=reason)
    return queries.as_claim(found)


@transaction.atomic
def restore_claim(key: str, source: Account, *, by: Principal, now: datetime) -> Claim:
    """What was paid turns out not to have been owed: `source` puts it back. A deposit that was given back in the
    meantime gives this back too. The same key is put back once. Raises `DepositNotFound`, `ClaimNotOpen` (not paid).
    """
    found = models.Claim.objects.filter(key=key).first()
    if found is None:
        raise DepositNotFound(key)
    row = rows.locked(found.deposit_id)
    if found.state != ClaimState.PAID:
        raise ClaimNotOpen(found.id)
    on = ledger.open_date(accounting_date(now))
    reason = f"deposits.restored/{found.id}"
    if not ledger.post(Posting(reason, holdings.moves_in(row, source, found.paid_fen), on)):
        return queries.as_claim(found)
    if row.state == State.OPEN:
        owing.stop(row, now=now, kind=PartKind.TOP_UP)
        owed = models.Part.objects.filter(deposit_id=row.id, state=PartState.DUE).aggregate(fen=Sum("amount_fen"))
        missing = row.target_fen - holdings.cover_fen(row) - (owed["fen"] or 0)
        if missing > 0:
            owing.top_up(row, missing, now=now)
    else:
        parts = models.Part.objects.filter(deposit_id=row.id, state=PartState.PAID).order_by("-paid_at", "-seq")
        left = {part.id: part for part in parts}
        free = [(part.id, part.amount_fen - part.returned_fen) for part in parts]
        back = [(left[part_id], fen) for part_id, fen in rules.take(found.paid_fen, free)]
        returning.give_back(row, back, now=now)
    rows.settle(row, now=now)
    identity.audit(by, "deposits.claim_restored", ("deposit", row.id), {}, {"claim": found.id, "fen": found.paid_fen})
    return queries.as_claim(found)


def _key(claim_id: str) -> str:
    return f"deposits.claim/{claim_id}"


def _open(key: str) -> tuple[models.Deposit, models.Claim]:
    found = models.Claim.objects.filter(key=key).first()
    if found is None:
        raise DepositNotFound(key)
    row = rows.locked(found.deposit_id)
    found.refresh_from_db()
    if found.state != ClaimState.OPEN:
        raise ClaimNotOpen(found.id)
    return row, found


def _end(
    row: models.Deposit, found: models.Claim, state: ClaimState, *,
    by: Principal, now: datetime, reason: str = "", freed: int = 0,
) -> None:  # fmt: skip
    found.state, found.closed_at = state, now
    found.save()
    if row.state == State.LEAVING:
        returning.return_free(row, now=now)
    elif found.paid_fen:
        owing.top_up(row, found.paid_fen + freed, now=now)
    rows.settle(row, now=now)
    told = {"claim": found.id, "state": state.value, "paid_fen": found.paid_fen}
    identity.audit(
        by, f"deposits.claim_{state.value}", ("deposit", row.id), {"state": ClaimState.OPEN}, told, reason=reason
    )
