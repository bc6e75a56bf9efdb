"""What deposits had to pay for their holders: where a promise was broken and money followed."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import Sum

from xintui.trust.deposits import models
from xintui.trust.deposits.contracts import ClaimState, HolderKind


def losses(
    kind: HolderKind, *, since: datetime, until: datetime, holder_ids: Collection[str] | None = None
) -> dict[str, int]:  # fmt: skip
    """Claims paid in a stretch of time, by holder, in fen; one query."""
    of_kind = models.Deposit.objects.filter(holder_kind=kind)
    if holder_ids is not None:
        of_kind = of_kind.filter(holder_id__in=list(holder_ids))
    paid = models.Claim.objects.filter(state=ClaimState.PAID, closed_at__gte=since, closed_at__lt=until, paid_fen__gt=0)
    by_deposit = dict(
        paid.filter(deposit_id__in=of_kind.values("id")).values_list("deposit_id").annotate(fen=Sum("paid_fen"))
    )
    holders = dict(models.Deposit.objects.filter(id__in=by_deposit).values_list("id", "holder_id"))
    found: dict[str, int] = {}
    for deposit_id, fen in by_deposit.items():
        found[holders[deposit_id]] = found.get(holders[deposit_id], 0) + fen
    return found
