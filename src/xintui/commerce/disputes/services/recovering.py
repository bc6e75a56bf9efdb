"""After a reversal: what the buyer owes comes back."""

from datetime import datetime

from django.db import transaction

from xintui.commerce.disputes import queries
from xintui.commerce.disputes.contracts import DisputeFile, NothingToRecover, Side
from xintui.commerce.disputes.services import rows
from xintui.foundation.identity.contracts import Principal
from xintui.foundation.ledger import facade as ledger
from xintui.foundation.ledger.contracts import Account, Kind, Move, Posting
from xintui.kernel.times import accounting_date

BANK = "bank"


@transaction.atomic
def recover(dispute_id: str, fen: int, reference: str, *, by: Principal, now: datetime) -> DisputeFile:
    """The buyer has paid it back by bank transfer under `reference`; in parts if need be.

    Raises `DisputeNotFound`, `NothingToRecover`.
    """
    row = rows.locked(dispute_id)
    left = queries.left_fen(row)
    if not 1 <= fen <= left:
        raise NothingToRecover(left)
    back = Move(Account(Kind.GATEWAY_CLEARING, BANK), Account(Kind.BUYER_DEBT, row.buyer_id), fen)
    on = ledger.open_date(accounting_date(now))
    if not ledger.post(Posting(f"disputes.recovered/{row.id}/{reference}", (back,), on)):
        return queries.file_of(row, None)  # the same transfer, told again
    row.recovered_fen += fen
    row.save()
    rows.note(row, "recover", Side.PLATFORM, by=by, now=now, words=reference, fen=fen)
    return queries.file_of(row, None)
