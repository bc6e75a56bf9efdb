"""What promoters are told of the money behind their promise. Shops read theirs in the console."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from xintui.engagement.notifications import rules
from xintui.engagement.notifications.contracts import Notice
from xintui.engagement.notifications.services.telling import tell
from xintui.promotion.promoters import facade as promoters
from xintui.trust.deposits.contracts import ClaimOpened, DepositPaid, DepositReturned, HolderKind, PartDue


def deposit_paid(events: Sequence[DepositPaid], *, now: datetime) -> int:
    """A part is there."""
    return _tell(events, "deposit_paid", lambda e: f"{e.deposit_id}/{e.at:%Y%m%d%H%M%S%f}", now)


def deposit_returned(events: Sequence[DepositReturned], *, now: datetime) -> int:
    """A part is back."""
    return _tell(events, "deposit_returned", lambda e: f"{e.deposit_id}/{e.at:%Y%m%d%H%M%S%f}/{e.amount_fen}", now)


def deposit_claimed(events: Sequence[ClaimOpened], *, now: datetime) -> int:
    """A part is held back, and why."""
    return _tell(events, "deposit_claimed", lambda e: e.claim_id, now, lambda e: {"why": e.says})


def deposit_due(events: Sequence[PartDue], *, now: datetime) -> int:
    """A part falls due soon, or did."""
    soon, late = [e for e in events if not e.overdue], [e for e in events if e.overdue]

    def on(event: PartDue) -> dict[str, str]:
        return {"on": event.due_on.isoformat()}

    told = _tell(soon, "deposit_due", lambda e: e.part_id, now, on)
    return told + _tell(late, "deposit_late", lambda e: e.part_id, now, on)


def _tell(
    events: Sequence[Any], code: str, key: Callable[[Any], str], now: datetime,
    more: Callable[[Any], dict[str, str]] = lambda event: {},
) -> int:  # fmt: skip
    mine = [event for event in events if event.holder_kind == HolderKind.PROMOTER]
    users = {one.id: one.user_id for one in promoters.get(event.holder_id for event in mine).values()}
    notices = [
        Notice(users[event.holder_id], code, key(event), {"amount": rules.yuan(event.amount_fen)} | more(event))
        for event in mine
        if event.holder_id in users
    ]
    return tell(notices, now=now)
