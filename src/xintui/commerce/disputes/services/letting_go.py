"""核销: what a buyer will never pay back the platform bears: asked for by one, decided by another."""

from datetime import datetime

from django.db import IntegrityError, transaction

from xintui.commerce.disputes import models, queries
from xintui.commerce.disputes.contracts import (
    DisputeFile,
    NothingToRecover,
    NoWriteOff,
    SameEyes,
    Side,
    WriteOffOpen,
    WriteOffState,
)
from xintui.commerce.disputes.services import rows
from xintui.foundation.identity.contracts import Principal
from xintui.foundation.ledger import facade as ledger
from xintui.foundation.ledger.contracts import Account, Kind, Move, Posting
from xintui.infra.outbox import facade as outbox
from xintui.kernel.ids import new_id
from xintui.kernel.times import accounting_date


@transaction.atomic
def ask_write_off(dispute_id: str, fen: int, reason: str, *, by: Principal, now: datetime) -> DisputeFile:
    """Raises `DisputeNotFound`, `NothingToRecover`, `WriteOffOpen`."""
    row = rows.locked(dispute_id)
    left = queries.left_fen(row)
    if not 1 <= fen <= left:
        raise NothingToRecover(left)
    made = models.WriteOff(
        id=new_id("dwo"), merchant_id=row.merchant_id, dispute_id=row.id, fen=fen, reason=reason,
        state=WriteOffState.ASKED, asked_by=by.user_id, asked_at=now, decided_by="",
    )  # fmt: skip
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as error:
        raise WriteOffOpen(row.id) from error
    rows.note(row, "write_off_asked", Side.PLATFORM, by=by, now=now, words=reason, fen=fen)
    return queries.file_of(row, None)


@transaction.atomic
def decide_write_off(dispute_id: str, agreed: bool, words: str, *, by: Principal, now: datetime) -> DisputeFile:
    """By another person. What the buyer has paid in the meantime is not let go of.

    Raises `DisputeNotFound`, `NoWriteOff`, `SameEyes`, `NothingToRecover`.
    """
    row = rows.locked(dispute_id)
    asked = models.WriteOff.objects.filter(
        merchant_id=row.merchant_id, dispute_id=row.id, state=WriteOffState.ASKED
    ).first()
    if asked is None:
        raise NoWriteOff(row.id)
    if asked.asked_by == by.user_id:
        raise SameEyes(row.id)
    asked.decided_by, asked.decided_at = by.user_id, now
    verb, fen = "write_off_refused", 0
    if agreed:
        verb, fen = "write_off", min(asked.fen, queries.left_fen(row))
        if not fen:
            raise NothingToRecover(0)
        _bear(row, asked.id, fen, now)
    asked.state = WriteOffState.DONE if agreed else WriteOffState.REFUSED
    asked.fen = fen or asked.fen
    asked.save()
    rows.note(row, verb, Side.PLATFORM, by=by, now=now, words=words, fen=fen)
    if agreed:
        outbox.publish(rows.told(row, verb, Side.PLATFORM, now, fen=fen))
    return queries.file_of(row, None)


def _bear(row: models.Case, number: str, fen: int, now: datetime) -> None:
    """Out of what the platform has earned by fees: a loss of its own, nobody else's."""
    move = Move(Account(Kind.PLATFORM_FEE, "platform"), Account(Kind.BUYER_DEBT, row.buyer_id), fen)
    ledger.post(Posting(f"disputes.written_off/{number}", (move,), ledger.open_date(accounting_date(now))))
    row.written_off_fen += fen
    row.save()
