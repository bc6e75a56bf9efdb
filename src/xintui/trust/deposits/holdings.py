"""What stands in the books for a holder: whose account, which row is the live one, how much stands behind it."""

from collections.abc import Mapping
from typing import Final

from django.db.models import Sum

from xintui.foundation.ledger import facade as ledger
from xintui.foundation.ledger.contracts import Account, Kind, Move
from xintui.trust.deposits import models
from xintui.trust.deposits.contracts import Holder, HolderKind, ReturnState, State
from xintui.trust.points import facade as points

KINDS: Final[Mapping[HolderKind, Kind]] = {
    HolderKind.PROMOTER: Kind.PROMOTER_DEPOSIT,
    HolderKind.MERCHANT: Kind.MERCHANT_DEPOSIT,
}


def account(row: models.Deposit) -> Account:
    """Where its money is: never mixed with commission or with what a shop sold."""
    return Account(KINDS[HolderKind(row.holder_kind)], row.holder_id)


def live(holder: Holder, *, lock: bool = False) -> models.Deposit | None:
    """The deposit that a holder has now, if any."""
    found = models.Deposit.objects.filter(holder_kind=holder.kind, holder_id=holder.id).exclude(state=State.CLOSED)
    return (found.select_for_update() if lock else found).first()


def moves_in(row: models.Deposit, source: Account, fen: int) -> tuple[Move, Move]:
    """Cash comes, and with it room for as many points."""
    return Move(source, account(row), fen), points.cash_in(row.holder_id, fen)


def moves_out(row: models.Deposit, to: Account, fen: int) -> tuple[Move, Move]:
    """Cash goes, and the room goes with it: `services.offsets.make_room` comes first."""
    return Move(account(row), to, fen), points.cash_out(row.holder_id, fen)


def cover_fen(row: models.Deposit) -> int:
    """What stands behind the promise: the cash that is not on its way back, and a fen for every point pledged."""
    pledged = points.pledged([row.holder_id])[row.holder_id]
    return ledger.balance(account(row)).posted_fen - away_fen(row) + pledged


def away_fen(row: models.Deposit) -> int:
    """Cash of this holder that is still there, but on its way back."""
    own = models.Deposit.objects.filter(holder_kind=row.holder_kind, holder_id=row.holder_id)
    going = models.Return.objects.filter(deposit_id__in=own.values("id")).exclude(state=ReturnState.DONE)
    away: int = going.aggregate(fen=Sum("amount_fen"))["fen"] or 0
    return away
