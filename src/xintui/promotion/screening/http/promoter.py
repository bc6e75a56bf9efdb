"""/me/screening/…: what of oneself shops see, whose invitations are wanted, and the answer to each."""

from datetime import datetime
from typing import Annotated, Any, Final

from django.http import HttpRequest
from ninja import Router, Status
from pydantic import Field

from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Principal
from xintui.infra import clock
from xintui.infra.http import Id, In, Out, PageIn, PageOut, Query, Text, page_out
from xintui.kernel.times import accounting_date
from xintui.promotion.promoters import facade as promoters
from xintui.promotion.screening import facade
from xintui.promotion.screening.contracts import Invitation
from xintui.promotion.screening.http.shapes import InvitationOut, ScreeningFieldOut, ShownOut, shown_out

router: Final = Router(tags=["找推客"])


class BlockedShopOut(Out):
    merchant_id: str
    name: str


class VisibilityOut(Out):
    """`seen` is what shops see now: empty when one is found by nobody. `fields` says of each where it comes from."""

    listed: bool
    hidden: list[str]
    invitable: bool
    changed_at: datetime | None
    name: str
    featured: bool
    seen: list[ShownOut]
    fields: list[ScreeningFieldOut]
    blocked: list[BlockedShopOut]
    source: str


class VisibilityIn(In):
    listed: bool
    hidden: Annotated[list[Annotated[Text, Field(pattern=r"^[a-z0-9_]{1,30}$")]], Field(max_length=18)]
    invitable: bool


class AnswerIn(In):
    """`block`: no more invitations of this shop."""

    accept: bool
    block: bool = False


def _me(request: HttpRequest) -> tuple[Principal, str]:
    principal = identity.require(request.principal)  # type: ignore[attr-defined]
    return principal, promoters.active_by_user(principal.user_id).id


def _visibility(promoter_id: str) -> VisibilityOut:
    today = accounting_date(clock.now())
    decided = facade.visibility(promoter_id, today=today)
    profile, seen = facade.seen(promoter_id, today=today)
    fields = map(ScreeningFieldOut.from_orm, facade.fields(today).values())
    shops = [BlockedShopOut(merchant_id=one, name=name) for one, name in facade.blocked(promoter_id)]
    return VisibilityOut(
        listed=decided.listed, hidden=sorted(decided.hidden), invitable=decided.invitable,
        changed_at=decided.changed_at, name=profile.name if profile else "",
        featured=profile is not None and profile.featured, seen=list(map(shown_out, seen)),
        fields=list(fields), blocked=shops, source=facade.book(today).source,
    )  # fmt: skip


@router.get("/me/screening", response=VisibilityOut)
def visibility(request: HttpRequest) -> VisibilityOut:
    """What you decided, and yourself as shops see you."""
    return _visibility(_me(request)[1])


@router.put("/me/screening", response=VisibilityOut)
def show(request: HttpRequest, body: VisibilityIn) -> VisibilityOut:
    """Decide who sees what; it holds at once."""
    who, promoter_id = _me(request)
    facade.show(promoter_id, listed=body.listed, hidden=body.hidden, invitable=body.invitable, by=who, now=clock.now())
    return _visibility(promoter_id)


@router.get("/me/screening/invitations", response=PageOut[InvitationOut])
def invited(request: HttpRequest, query: Query[PageIn]) -> dict[str, Any]:
    """Shops that ask you to promote their goods, newest first."""
    page = facade.invitations_to(_me(request)[1], after=query.after, limit=query.limit)
    return page_out(page, InvitationOut.from_orm)


@router.post("/me/screening/invitations/{invite_id}/answer", response=InvitationOut)
def answer(request: HttpRequest, invite_id: Id, body: AnswerIn) -> Invitation:
    """Yes or no; with `block` no more of this shop."""
    who, promoter_id = _me(request)
    now = clock.now()
    made = facade.answer(invite_id, promoter_id, accept=body.accept, by=who, now=now)
    if body.block:
        facade.block(promoter_id, made.merchant_id, by=who, now=now)
    return made


@router.delete("/me/screening/blocked/{merchant_id}", response={204: None})
def unblock(request: HttpRequest, merchant_id: Id) -> Status[None]:
    """Invitations of this shop are welcome again."""
    who, promoter_id = _me(request)
    facade.unblock(promoter_id, merchant_id, by=who)
    return Status(204, None)
