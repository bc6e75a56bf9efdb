"""/privacy/…: leaving, and who has looked. Both need what several modules know, so the entrance asks them."""

from datetime import datetime
from typing import Any, Final

from django.http import HttpRequest
from ninja import Router

from xintui.entrypoints import leaving
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import NotAllowed, Principal
from xintui.infra import clock
from xintui.infra.console.names import word
from xintui.infra.http import In, Out
from xintui.promotion.promoters import facade as promoters
from xintui.trust.privacy import facade as privacy
from xintui.trust.privacy.contracts import Erasure

router: Final = Router(tags=["个人信息"])


class BlockerOut(Out):
    code: str
    says: str
    page: str


class RetentionOut(Out):
    what: str
    years: int
    basis: str


class ErasureOut(Out):
    asked_at: datetime
    due_at: datetime
    held: str


class LeavingOut(Out):
    """`under_way`: the wish that is being thought over, or null."""

    blockers: list[BlockerOut]
    retention: list[RetentionOut]
    cooling_days: int
    under_way: ErasureOut | None


class LookOut(Out):
    at: datetime
    what: str
    who: str
    reason: str


class LooksOut(Out):
    items: list[LookOut]


class SureIn(In):
    sure: bool


def person(request: HttpRequest) -> Principal:
    who: Principal = identity.require(request.principal)  # type: ignore[attr-defined]
    if who.merchant_id is not None:
        raise NotAllowed
    return who


def _told(user_id: str) -> dict[str, Any]:
    under_way: Erasure | None = privacy.erasure(user_id)
    return {
        "blockers": leaving.blockers(user_id),
        "retention": list(privacy.retention()),
        "cooling_days": privacy.days("cooling_days"),
        "under_way": under_way,
    }


@router.get("/leaving", response=LeavingOut)
def read_leaving(request: HttpRequest) -> dict[str, Any]:
    """注销账号: what has to be finished first, what is kept and why, and whether it is under way."""
    return _told(person(request).user_id)


@router.post("/leaving", response=LeavingOut)
def leave(request: HttpRequest, body: SureIn) -> dict[str, Any]:
    """The cooling-off begins; `sure: false` takes the wish back. Beginning needs a fresh proof of who asks."""
    who, now = person(request), clock.now()
    if body.sure:
        identity.require_fresh(who, request.device_id, now=now)  # type: ignore[attr-defined]
        privacy.ask_to_leave(who, leaving.blockers(who.user_id), now=now)
    else:
        privacy.stay(who, now=now)
    return _told(who.user_id)


@router.get("/looks", response=LooksOut)
def looks(request: HttpRequest) -> dict[str, Any]:
    """访问记录: what the platform's and shops' staff did with my account and my file."""
    who = person(request)
    promoter = promoters.by_user(who.user_id)
    about = [("user", who.user_id), *([("promoter", promoter.id)] if promoter else [])]
    found = [
        LookOut(at=one.at, what=word("action", one.action), who="平台工作人员", reason=one.reason)
        for one in identity.acts_on(about, not_by=who.user_id, limit=100)
    ]
    return {"items": found}
