"""Who did what to which object, in the transaction that did it: without its trail nothing happens (threat 24)."""

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from contextvars import ContextVar
from typing import Any

from django.db import connection

from xintui.foundation.identity.contracts import PERSONAL_ROLES, SYSTEM, Principal
from xintui.foundation.identity.models import AuditEntry
from xintui.infra import tenancy

_ip: ContextVar[str] = ContextVar("caller_ip", default="")


@contextlib.contextmanager
def calling_from(ip: str) -> Iterator[None]:
    """The network address that audit lines of this request carry."""
    token = _ip.set(ip[:45])
    try:
        yield
    finally:
        _ip.reset(token)


def caller_ip() -> str:
    """The address of the request at hand, or ""."""
    return _ip.get()


Trail = tuple[tuple[str, str], Mapping[str, Any] | None, Mapping[str, Any] | None]
"""What it was done to, and how that stood before and after."""


def audit(
    principal: Principal,
    action: str,
    object: tuple[str, str],  # noqa: A002 - reads as the sentence does
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    *,
    reason: str = "",
) -> None:
    """Write one line: `audit(principal, "orders.ship", ("order", order_id), {"state": …}, {"state": …})`.

    Inside the transaction of the change. `before` and `after` hold states and amounts, never secrets, and personal data
    only masked: the trail cannot be edited afterwards.
    """
    audit_many(principal, action, [(object, before, after)], reason=reason)


def audit_many(principal: Principal, action: str, done: Sequence[Trail], *, reason: str = "") -> None:
    """A line for each object that somebody did the same to, in one statement."""
    assert connection.in_atomic_block, "the trail is written with what it tells"
    tenant = tenancy.current()
    AuditEntry.objects.bulk_create(
        AuditEntry(
            actor_id=principal.user_id,
            actor_name=_called(principal),
            action=action,
            object_type=kind,
            object_id=number,
            merchant_id=tenant if tenant not in {tenancy.EVERYONE, tenancy.NOBODY} else principal.merchant_id or "",
            before=dict(before or {}),
            after=dict(after or {}),
            reason=reason,
            ip=_ip.get(),
        )
        for (kind, number), before, after in done
    )


def _called(principal: Principal) -> str:
    """Staff by name; a buyer or promoter masked, for the trail outlives the account and cannot be edited."""
    name = principal.display_name
    if principal == SYSTEM or principal.roles - PERSONAL_ROLES:
        return name[:60]
    return f"{name[:1]}**"
