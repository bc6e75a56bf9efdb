"""/shop/rosters/…: a shop's rosters, who sits on them, the file; /ops/rosters: every shop's, to read."""

from datetime import date
from typing import Annotated, Any, Final

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import AwareDatetime, Field

from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Principal, Role
from xintui.infra import clock
from xintui.infra.http import Id, In, Out, PageIn, PageOut, Query, Text, page_out
from xintui.kernel.times import accounting_date
from xintui.promotion.rosters import facade
from xintui.promotion.rosters.contracts import Draft, Roster, State
from xintui.promotion.rosters.http.shapes import RosterOut, SeatOut

router: Final = Router(tags=["推广名额"])
OPENERS: Final = (Role.MERCHANT_OWNER, Role.MERCHANT_GOODS)
DESK: Final = (Role.OPERATOR, Role.REVIEWER, Role.AUDITOR)


class RosterIn(In):
    """Times carry their offset."""

    product_id: Id
    seats: Annotated[int, Field(ge=1, le=100_000, strict=True)]
    opens_at: AwareDatetime
    ends_at: AwareDatetime
    note: Annotated[Text, Field(max_length=200)] = ""

    def read(self) -> Draft:
        return Draft(self.product_id, self.seats, self.opens_at, self.ends_at, self.note)


class RostersIn(PageIn):
    state: State | None = None


class CancelRosterIn(In):
    reason: Annotated[Text, Field(min_length=2, max_length=200)]


class RosterTermsOut(Out):
    """`early_share_bp`: the most that may go before everybody's hour; `source` says why no more."""

    version: str
    valid_from: date
    source: str
    early_share_bp: int
    public_days: int
    notice_hours: int
    notice_days: int
    longest_days: int
    least_seats: int
    most_seats: int
    most_waiting: int
    use_hours: int


def _shop(request: HttpRequest) -> tuple[Principal, str]:
    return identity.require_merchant(request.principal, *OPENERS)  # type: ignore[attr-defined]


@router.get("/rosters/terms", response=RosterTermsOut)
def terms(request: HttpRequest) -> Any:
    """The terms in force, for everybody: notice, the early share, how long a seat may lie unused."""
    identity.require(request.principal)  # type: ignore[attr-defined]
    return facade.terms(accounting_date(clock.now()))


@router.get("/shop/rosters", response=PageOut[RosterOut])
def listing(request: HttpRequest, query: Query[RostersIn]) -> dict[str, Any]:
    """The shop's, newest first."""
    _, merchant_id = _shop(request)
    page = facade.rosters(merchant_id=merchant_id, state=query.state or "", after=query.after, limit=query.limit)
    return page_out(page, RosterOut.from_orm)


@router.post("/shop/rosters", response=RosterOut)
def draft(request: HttpRequest, body: RosterIn) -> Roster:
    """Write one down; nobody sees it until it is announced."""
    who, merchant_id = _shop(request)
    return facade.draft(merchant_id, body.read(), by=who, now=clock.now())


@router.get("/shop/rosters/{roster_id}", response=RosterOut)
def read(request: HttpRequest, roster_id: Id) -> Roster:
    _, merchant_id = _shop(request)
    return facade.one(roster_id, merchant_id=merchant_id)


@router.put("/shop/rosters/{roster_id}", response=RosterOut)
def change(request: HttpRequest, roster_id: Id, body: RosterIn) -> Roster:
    """Write a draft anew."""
    who, merchant_id = _shop(request)
    return facade.change(roster_id, merchant_id, body.read(), by=who, now=clock.now())


@router.post("/shop/rosters/{roster_id}/announce", response=RosterOut)
def announce(request: HttpRequest, roster_id: Id) -> Roster:
    """From now on new links to the product need a seat; promoters see it, each from her day on."""
    who, merchant_id = _shop(request)
    return facade.announce(roster_id, merchant_id, by=who, now=clock.now())


@router.post("/shop/rosters/{roster_id}/cancel", response=RosterOut)
def cancel(request: HttpRequest, roster_id: Id, body: CancelRosterIn) -> Roster:
    """Call it off; whoever has or waits for a seat is told why."""
    who, merchant_id = _shop(request)
    return facade.cancel(roster_id, merchant_id, body.reason, by=who, now=clock.now())


@router.get("/shop/rosters/{roster_id}/seats", response=PageOut[SeatOut])
def seats(request: HttpRequest, roster_id: Id, query: Query[PageIn]) -> dict[str, Any]:
    """Who has, had or waits for a seat, newest first."""
    _, merchant_id = _shop(request)
    roster = facade.one(roster_id, merchant_id=merchant_id)
    return page_out(facade.seats(roster.id, after=query.after, limit=query.limit), SeatOut.from_orm)


@router.post("/shop/rosters/{roster_id}/export", response={200: None})
def export(request: HttpRequest, roster_id: Id) -> HttpResponse:
    """The same as CSV; that it was taken goes on record."""
    who, merchant_id = _shop(request)
    text = facade.export(roster_id, merchant_id, by=who)
    response = HttpResponse(text, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="seats.csv"'
    return response


@router.get("/ops/rosters", response=PageOut[RosterOut])
def all_rosters(request: HttpRequest, query: Query[RostersIn]) -> dict[str, Any]:
    """Every shop's, newest first."""
    identity.require(request.principal, *DESK)  # type: ignore[attr-defined]
    page = facade.rosters(state=query.state or "", after=query.after, limit=query.limit)
    return page_out(page, RosterOut.from_orm)


@router.get("/ops/rosters/{roster_id}/seats", response=PageOut[SeatOut])
def all_seats(request: HttpRequest, roster_id: Id, query: Query[PageIn]) -> dict[str, Any]:
    """Who has, had or waits for a seat of any shop's."""
    identity.require(request.principal, *DESK)  # type: ignore[attr-defined]
    roster = facade.one(roster_id)
    return page_out(facade.seats(roster.id, after=query.after, limit=query.limit), SeatOut.from_orm)
