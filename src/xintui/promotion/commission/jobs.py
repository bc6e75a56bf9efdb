"""The sweep, set-based and safe beside itself: an advisory lock lets one run at a time."""

from datetime import datetime

from django.db import transaction

from xintui.infra import sql
from xintui.promotion.commission.contracts import SHOP, Outcome
from xintui.promotion.commission.services import release


@transaction.atomic
def release_due(*, now: datetime, books: str = SHOP) -> Outcome:
    """`release`, if it would change anything: a quiet hour leaves no empty batches behind.

    An instant before the last sweep changes nothing either (a worker whose clock is behind).
    """
    found = sql.one(__package__, "ripe", {"books": books, "now": now})
    return release(now=now, books=books) if found and found["ripe"] else Outcome()
