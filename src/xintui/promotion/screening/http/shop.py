"""/shop/screening/…: search, picture, comparison, list, file and invitations, for the people of a shop."""

from datetime import date, datetime
from typing import Annotated, Any, Final

from django.http import HttpRequest, HttpResponse
from ninja import Router, Status
from pydantic import Field

from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Principal, Role
from xintui.infra import clock
from xintui.infra.http import Id, In, Out, PageIn, PageOut, Query, Text, page_out
from xintui.kernel.times import accounting_date
from xintui.promotion.screening import facade
from xintui.promotion.screening.contracts import Candidate, Invitation, Profile, Search, Standing, State
from xintui.promotion.screening.http.shapes import InvitationOut, ScreeningFieldOut, ShownOut, Values, shown_out

router: Final = Router(tags=["找推客"])
FINDERS: Final = (Role.MERCHANT_OWNER, Role.MERCHANT_GOODS, Role.MERCHANT_SERVICE)
DESK: Final = (Role.OPERATOR, Role.REVIEWER, Role.AUDITOR)
Words = Annotated[Text, Field(max_length=1300)]


class ProfileOut(Out):
    """`values` has a value or null for each field: hidden and unknown are the same null. `featured`: stands before
    others of the same value, by a credit and a level that she shows."""

    promoter_id: str
    name: str
    values: Values
    as_of: date
    featured: bool


class FoundOut(Out):
    """`count` is exact up to 1,000; 1,001 means more. `next` goes into `?after=`."""

    items: list[ProfileOut]
    count: int
    next: str | None


class FieldsOut(Out):
    version: str
    source: str
    verified_on: date
    items: list[ScreeningFieldOut]


class SearchIn(In):
    """`where`: `service:700..`, `return_bp:..500`, `level:gold,partner`, `graph:known`; `sort`: `-service`."""

    where: Annotated[list[Words], Field(max_length=18)] = []
    sort: Annotated[Text, Field(max_length=40)] = "-service"

    def read(self, now: datetime) -> Search:
        """Raises `BadFilter`."""
        return facade.parse(self.where, self.sort, facade.fields(accounting_date(now)))


class FindIn(SearchIn):
    after: Annotated[Text, Field(max_length=512)] = ""
    limit: Annotated[int, Field(ge=1, le=100)] = 50


class StretchOut(Out):
    low: int | None
    high: int | None


class CellOut(Out):
    """`deposit` null: not known. `count` as in a search."""

    deposit: StretchOut | None
    service: StretchOut
    count: int


class PictureOut(Out):
    cells: list[CellOut]


class ComparedOut(Out):
    promoter_id: str
    name: str
    fields: list[ShownOut]


class ComparisonOut(Out):
    items: list[ComparedOut]


class CompareIn(In):
    ids: Annotated[list[Id], Field(min_length=1, max_length=10)]


class NoteIn(In):
    note: Annotated[Text, Field(max_length=200)] = ""


class CandidateOut(Out):
    """`profile` null: can be found by nobody any more."""

    promoter_id: str
    note: str
    added_at: datetime
    profile: ProfileOut | None


class InviteIn(In):
    promoter_id: Id
    product_id: Annotated[str, Field(pattern=r"^[0-9A-Za-z]{0,32}$")] = ""
    message: Annotated[Text, Field(min_length=4, max_length=300)]


class InvitationsIn(PageIn):
    state: State | None = None


class StandingOut(Out):
    """How current the search table is."""

    version: int
    listed: int
    rows: int
    stale: int
    counted_on: date | None
    refreshed_at: datetime | None


def _shop(request: HttpRequest) -> tuple[Principal, str]:
    return identity.require_merchant(request.principal, *FINDERS)  # type: ignore[attr-defined]


@router.get("/screening/fields", response=FieldsOut)
def fields(request: HttpRequest) -> dict[str, Any]:
    """The 18 fields, for everybody: what they are, from where, how fresh, and whether their promoter may hide them."""
    identity.require(request.principal)  # type: ignore[attr-defined]
    today = accounting_date(clock.now())
    book = facade.book(today)
    items = list(facade.fields(today).values())
    return {"version": book.version, "source": book.source, "verified_on": book.verified_on, "items": items}


@router.get("/shop/screening/promoters", response=FoundOut)
def find(request: HttpRequest, query: Query[FindIn]) -> Any:
    """Promoters who pass every filter, in one order, a page at a time."""
    _shop(request)
    now = clock.now()
    return facade.find(query.read(now), after=query.after, limit=query.limit, today=accounting_date(now))


@router.get("/shop/screening/picture", response=PictureOut)
def picture(request: HttpRequest, query: Query[SearchIn]) -> dict[str, Any]:
    """The same search by deposit and service: how many stand where."""
    _shop(request)
    now = clock.now()
    return {"cells": facade.cells(query.read(now), today=accounting_date(now))}


@router.get("/shop/screening/compare", response=ComparisonOut)
def compare(request: HttpRequest, query: Query[CompareIn]) -> dict[str, Any]:
    """Up to five side by side, every field with its value, source and day."""
    _shop(request)
    found = facade.compare(query.ids, today=accounting_date(clock.now()))
    return {
        "items": [
            ComparedOut(promoter_id=one.promoter_id, name=one.name, fields=list(map(shown_out, shown)))
            for one, shown in found
        ]
    }


@router.post("/shop/screening/export", response={200: None})
def export(request: HttpRequest, body: SearchIn) -> HttpResponse:
    """The first 1,000 of a search as CSV; that it was taken goes on record."""
    who, merchant_id = _shop(request)
    now = clock.now()
    text = facade.export(merchant_id, body.read(now), by=who, now=now)
    response = HttpResponse(text, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="promoters.csv"'
    return response


@router.get("/shop/screening/shortlist", response=PageOut[CandidateOut])
def shortlist(request: HttpRequest, query: Query[PageIn]) -> dict[str, Any]:
    """The shop's list, newest first, each as she is seen now."""
    _, merchant_id = _shop(request)
    return page_out(facade.shortlist(merchant_id, after=query.after, limit=query.limit), _candidate)


@router.put("/shop/screening/shortlist/{promoter_id}", response={204: None})
def keep(request: HttpRequest, promoter_id: Id, body: NoteIn) -> Status[None]:
    """Put somebody on the list, or change the note."""
    who, merchant_id = _shop(request)
    facade.keep(merchant_id, promoter_id, body.note, by=who, now=clock.now())
    return Status(204, None)


@router.delete("/shop/screening/shortlist/{promoter_id}", response={204: None})
def let_go(request: HttpRequest, promoter_id: Id) -> Status[None]:
    """Take somebody off the list."""
    who, merchant_id = _shop(request)
    facade.let_go(merchant_id, promoter_id, by=who)
    return Status(204, None)


@router.get("/shop/screening/invitations", response=PageOut[InvitationOut])
def invitations(request: HttpRequest, query: Query[InvitationsIn]) -> dict[str, Any]:
    """What the shop sent, newest first."""
    _, merchant_id = _shop(request)
    page = facade.invitations(
        merchant_id=merchant_id, state=query.state or "", after=query.after, limit=query.limit
    )  # fmt: skip
    return page_out(page, InvitationOut.from_orm)


@router.post("/shop/screening/invitations", response=InvitationOut)
def invite(request: HttpRequest, body: InviteIn) -> Invitation:
    """Ask somebody to promote the shop's goods, one open invitation each, so many a day."""
    who, merchant_id = _shop(request)
    return facade.invite(
        merchant_id, body.promoter_id, body.message, product_id=body.product_id, by=who, now=clock.now()
    )


@router.post("/shop/screening/invitations/{invite_id}/withdraw", response=InvitationOut)
def withdraw(request: HttpRequest, invite_id: Id) -> Invitation:
    """Take an open invitation back."""
    who, merchant_id = _shop(request)
    return facade.withdraw(invite_id, merchant_id, by=who, now=clock.now())


@router.get("/ops/screening/invitations", response=PageOut[InvitationOut])
def all_invitations(request: HttpRequest, query: Query[InvitationsIn]) -> dict[str, Any]:
    """Every shop's, newest first."""
    identity.require(request.principal, *DESK)  # type: ignore[attr-defined]
    page = facade.invitations(state=query.state or "", after=query.after, limit=query.limit)
    return page_out(page, InvitationOut.from_orm)


@router.get("/ops/screening/standing", response=StandingOut)
def standing(request: HttpRequest) -> Standing:
    """How current the search table is."""
    identity.require(request.principal, *DESK)  # type: ignore[attr-defined]
    return facade.standing(now=clock.now())


def _candidate(one: Candidate) -> CandidateOut:
    profile = _profile(one.profile) if one.profile else None
    return CandidateOut(promoter_id=one.promoter_id, note=one.note, added_at=one.added_at, profile=profile)


def _profile(one: Profile) -> ProfileOut:
    return ProfileOut(promoter_id=one.promoter_id, name=one.name, values=dict(one.values), as_of=one.as_of,
                      featured=one.featured)  # fmt: skip
