"""Disputes for the platform's people: all of them, the ruling, what is to be recovered."""

from typing import Any

from django.http import HttpRequest
from ninja import Router

from xintui.commerce.disputes import facade
from xintui.commerce.disputes.contracts import Award
from xintui.commerce.disputes.http.shapes import AwardIn, DisputeFileOut, DisputeOut, ListIn, RecoverIn, as_out, one_out
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Role
from xintui.infra import clock
from xintui.infra.http import Id, PageOut, Query, page_out

router = Router(tags=["投诉与纠纷"])
READERS = (Role.OPERATOR, Role.REVIEWER, Role.FINANCE, Role.AUDITOR)
ARBITERS = (Role.OPERATOR, Role.REVIEWER)


@router.get("/desk", response=PageOut[DisputeOut])
def listing(request: HttpRequest, query: Query[ListIn]) -> dict[str, Any]:
    """All disputes, newest first."""
    identity.require(request.principal, *READERS)  # type: ignore[attr-defined]
    return page_out(facade.disputes(**query.dict()), one_out)


@router.post("/{dispute_id}/award", response=DisputeFileOut)
def award(request: HttpRequest, dispute_id: Id, body: AwardIn) -> DisputeFileOut:
    """裁决: for the buyer, in full or in part, or not."""
    who = identity.require(request.principal, *ARBITERS)  # type: ignore[attr-defined]
    return as_out(facade.arbitrate(dispute_id, Award(**body.dict()), by=who, now=clock.now()))


@router.post("/{dispute_id}/recover", response=DisputeFileOut)
def recover(request: HttpRequest, dispute_id: Id, body: RecoverIn) -> DisputeFileOut:
    """A buyer has paid back, by bank transfer, what a reversed ruling had paid first."""
    who = identity.require(request.principal, Role.FINANCE)  # type: ignore[attr-defined]
    return as_out(facade.recover(dispute_id, **body.dict(), by=who, now=clock.now()))
