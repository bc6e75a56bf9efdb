"""What stands in the books for a holder: whose account, which row is the live one, how much stands behind it."""

from collections.abc import Mapping
from typing import Final

from django.db.models import Sum

from xintui.foundation.ledger import facade as ledger
from xintui.foundation.ledger.contracts import Account, Kind
from xintui.trust.deposits import models
from xintui.trust.deposits.contracts import Holder, HolderKind, ReturnState, State

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


def cover_fen(row: models.Deposit) -> int:
    """What stands behind the promise: all that is there but what is on its way back."""
    own = models.Deposit.objects.filter(holder_kind=row.holder_kind, holder_id=row.holder_id)
    going = models.Return.objects.filter(deposit_id__in=own.values("id")).exclude(state=ReturnState.DONE)
    away: int = going.aggregate(fen=Sum("amount_fen"))["fen"] or 0
    return ledger.balance(account(row)).posted_fen - away
