"""/me/appeals: what one has appealed, in every part one plays; /appeals/…: the desk that answers.

To appeal is a verb of the module whose decision it is. Who plays which part is known here.
"""

from datetime import datetime
from typing import Annotated, Any, Final

from django.http import HttpRequest
from ninja import Router
from pydantic import Field

from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Principal, Role
from xintui.infra import clock
from xintui.infra.http import Id, In, Out, PageIn, PageOut, Query, Text, page_out
from xintui.promotion.promoters import facade as promoters
from xintui.trust.appeals import facade
from xintui.trust.appeals.contracts import About, Appeal, AppealNotFound, Party, PartyKind, State

router: Final = Router(tags=["申诉"])
READERS: Final = (Role.OPERATOR, Role.REVIEWER, Role.AUDITOR)
DECIDERS: Final = (Role.OPERATOR, Role.REVIEWER)
SHOP: Final = (Role.MERCHANT_OWNER, Role.MERCHANT_SERVICE)


class AppealOut(Out):
    """`answer_by`: until then a human answers."""

    id: str
    about: About
    title: str
    words: str
    state: State
    filed_at: datetime
    answer_by: datetime
    answer: str
    decided_at: datetime | None


class AppealFileOut(AppealOut):
    subject_id: str
    party_kind: PartyKind
    party_id: str
    decided_by: str


class AppealsIn(PageIn):
    state: State | None = None
    about: About | None = None


class AnswerIn(In):
    granted: bool
    answer: Annotated[Text, Field(min_length=4, max_length=500)]


def parties_of(principal: Principal) -> list[Party]:
    """The parts one plays: for a shop the shop; else the buyer, and the promoter if one is."""
    if principal.merchant_id is not None:
        return [Party(PartyKind.MERCHANT, principal.merchant_id)] if principal.has(*SHOP) else []
    found = promoters.by_user(principal.user_id)
    mine = [Party(PartyKind.BUYER, principal.user_id)]
    return [*mine, Party(PartyKind.PROMOTER, found.id)] if found else mine


def _file(one: Appeal) -> AppealFileOut:
    given = AppealOut.from_orm(one).model_dump()
    return AppealFileOut(
        subject_id=one.subject_id, party_kind=one.appellant.kind, party_id=one.appellant.id, decided_by=one.decided_by,
        **given,
    )  # fmt: skip


@router.get("/me/appeals", response=PageOut[AppealOut])
def mine(request: HttpRequest, query: Query[PageIn]) -> dict[str, Any]:
    """What you have appealed, newest first."""
    principal = identity.require(request.principal)  # type: ignore[attr-defined]
    return page_out(facade.of(parties_of(principal), after=query.after, limit=query.limit), AppealOut.from_orm)


@router.post("/me/appeals/{appeal_id}/withdraw", response=AppealOut)
def withdraw(request: HttpRequest, appeal_id: Id) -> Appeal:
    """Take it back while nobody has answered; you may file it anew."""
    principal = identity.require(request.principal)  # type: ignore[attr-defined]
    there = facade.one(appeal_id)
    if there.appellant not in parties_of(principal):
        raise AppealNotFound(appeal_id)
    return facade.withdraw(appeal_id, there.appellant, by=principal, now=clock.now())


@router.get("/appeals", response=PageOut[AppealFileOut])
def listing(request: HttpRequest, query: Query[AppealsIn]) -> dict[str, Any]:
    """All appeals, newest first."""
    identity.require(request.principal, *READERS)  # type: ignore[attr-defined]
    page = facade.appeals(state=query.state or "", kind=query.about or "", after=query.after, limit=query.limit)
    return page_out(page, _file)


@router.get("/appeals/{appeal_id}", response=AppealFileOut)
def read(request: HttpRequest, appeal_id: Id) -> AppealFileOut:
    identity.require(request.principal, *READERS)  # type: ignore[attr-defined]
    return _file(facade.one(appeal_id))


@router.post("/appeals/{appeal_id}/decision", response=AppealFileOut)
def decide(request: HttpRequest, appeal_id: Id, body: AnswerIn) -> AppealFileOut:
    """A human answers. An appeal that is granted undoes the decision."""
    principal = identity.require(request.principal, *DECIDERS)  # type: ignore[attr-defined]
    return _file(facade.decide(appeal_id, body.granted, body.answer, by=principal, now=clock.now()))
