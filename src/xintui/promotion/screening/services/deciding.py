"""What a promoter lets be seen, and of whom invitations are wanted. It holds as soon as it is said."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import F

from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Principal
from xintui.kernel.times import accounting_date
from xintui.promotion.promoters import facade as promoters
from xintui.promotion.screening import models, tables
from xintui.promotion.screening.contracts import BadFilter, NotHideable, State, Verb, Visibility
from xintui.promotion.screening.queries import visibility
from xintui.promotion.screening.rules.flow import FLOW
from xintui.promotion.screening.services.refreshing import refresh


@transaction.atomic
def show(
    promoter_id: str, *, listed: bool, hidden: Collection[str], invitable: bool, by: Principal, now: datetime
) -> Visibility:
    """Decide who sees what; the search table follows in the same transaction. Raises `BadFilter`, `NotHideable`."""
    today = accounting_date(now)
    fields = tables.book(today).fields
    for key in hidden:
        if key not in fields:
            raise BadFilter(key, "没有这一项")
        if not fields[key].hideable:
            raise NotHideable(fields[key].title)
    before = visibility(promoter_id, today=today)
    kept = sorted(set(hidden))
    models.Visibility.objects.update_or_create(
        promoter_id=promoter_id,
        defaults={"listed": listed, "hidden": kept, "invitable": invitable, "changed_at": now},
    )
    refresh([promoter_id], now=now)
    told = {"listed": listed, "hidden": kept, "invitable": invitable}
    was = {"listed": before.listed, "hidden": sorted(before.hidden), "invitable": before.invitable}
    identity.audit(by, "screening.show", ("promoter", promoter_id), was, told)
    return visibility(promoter_id, today=today)


@transaction.atomic
def block(promoter_id: str, merchant_id: str, *, by: Principal, now: datetime) -> None:
    """No more invitations of this shop; twice is once."""
    _, fresh = models.Blocked.objects.get_or_create(
        promoter_id=promoter_id, merchant_id=merchant_id, defaults={"at": now}
    )
    if fresh:
        identity.audit(by, "screening.block", ("merchant", merchant_id), None, {"promoter": promoter_id})


@transaction.atomic
def unblock(promoter_id: str, merchant_id: str, *, by: Principal) -> None:
    """Invitations of this shop are welcome again."""
    gone, _ = models.Blocked.objects.filter(promoter_id=promoter_id, merchant_id=merchant_id).delete()
    if gone:
        identity.audit(by, "screening.unblock", ("merchant", merchant_id), {"promoter": promoter_id}, None)


@transaction.atomic
def forget(user_id: str, *, now: datetime) -> None:
    """Somebody who has left: on no list, found by nobody, invited by nobody; no word about her stays."""
    promoter = promoters.by_user(user_id)
    if promoter is None:
        return
    models.Visibility.objects.update_or_create(
        promoter_id=promoter.id, defaults={"listed": False, "hidden": [], "invitable": False, "changed_at": now}
    )
    models.Blocked.objects.filter(promoter_id=promoter.id).delete()
    for row in models.Candidate.objects.filter(promoter_id=promoter.id):
        models.Shop.objects.filter(merchant_id=row.merchant_id).update(listed=F("listed") - 1)
    models.Candidate.objects.filter(promoter_id=promoter.id).delete()
    sent = models.Invitation.objects.filter(promoter_id=promoter.id)
    sent.filter(state=State.OPEN).update(state=FLOW.after(State.OPEN, Verb.DECLINE), answered_at=now)
    sent.update(message="")
    refresh([promoter.id], now=now)
