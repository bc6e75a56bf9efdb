"""The platform's desk: money that fits no order."""

from typing import Any

from django.http import HttpRequest
from ninja import Router

from xintui.commerce.orders import facade
from xintui.commerce.orders.http.shapes import QuarantinedOut, RefundStartedOut
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Role
from xintui.infra import clock
from xintui.infra.http import Id, PageIn, PageOut, Query

router = Router(tags=["订单"])
MONEY = (Role.OPERATOR, Role.FINANCE)


@router.get("", response=PageOut[QuarantinedOut])
def quarantine(request: HttpRequest, query: Query[PageIn]) -> dict[str, Any]:
    """Money that fits no order."""
    identity.require(request.principal, *MONEY, Role.AUDITOR)  # type: ignore[attr-defined]
    items, mark = facade.quarantined(after=query.after, limit=query.limit)
    return {"items": items, "next": mark or None}


@router.post("/{payment_id}/return", response=RefundStartedOut)
def return_quarantined(request: HttpRequest, payment_id: Id) -> dict[str, str]:
    """Send it back to whoever paid it."""
    who = identity.require(request.principal, *MONEY)  # type: ignore[attr-defined]
    return {"refund_id": facade.return_quarantined(payment_id, actor=who, now=clock.now())}
