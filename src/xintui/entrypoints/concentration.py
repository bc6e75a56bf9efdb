"""/concentration/…: cases, for the desk and for the shop they are about; /me/held: what waits of one's own.

Commission stands above after-sales and knows nothing of them: what a case makes wait, and what it frees, is said here.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any, Final

from django.http import HttpRequest
from ninja import Router, Status
from pydantic import Field

from xintui.commerce.concentration import facade
from xintui.commerce.concentration.contracts import (
    About,
    Case,
    CaseNotFound,
    ConcentrationCleared,
    ConcentrationConfirmed,
    ConcentrationFound,
    Figure,
    State,
)
from xintui.entrypoints.appeals import AppealOut
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Principal, Role
from xintui.infra import clock
from xintui.infra.http import Id, In, Out, PageIn, PageOut, Query, Text, page_out
from xintui.kernel.times import accounting_date
from xintui.promotion.commission import facade as commission
from xintui.promotion.promoters import facade as promoters
from xintui.promotion.promoters.contracts import NotAPromoter
from xintui.trust.appeals import facade as appeals
from xintui.trust.appeals.contracts import About as Decision
from xintui.trust.appeals.contracts import Appeal, Party, PartyKind
from xintui.trust.appeals.contracts import State as AppealState

router: Final = Router(tags=["售后集中"])
PLATFORM: Final = (Role.OPERATOR, Role.REVIEWER, Role.FINANCE, Role.AUDITOR)
STAFF: Final = (Role.MERCHANT_OWNER, Role.MERCHANT_GOODS, Role.MERCHANT_FINANCE, Role.MERCHANT_SERVICE)
DECIDERS: Final = (Role.OPERATOR, Role.REVIEWER)
APPELLANTS: Final = (Role.MERCHANT_OWNER, Role.MERCHANT_SERVICE)


class ConcentrationFigureOut(Out):
    """`expected_milli`: how many (thousandths) there would be, were it as elsewhere. `chance`: of so many by accident,
    were it as elsewhere. `tested`: among how many comparisons of its kind it stood out."""

    days: int
    count: int
    of: int
    rate_bp: int
    rest_count: int
    rest_of: int
    expected_milli: int
    usual_bp: int
    against: str
    chance: float
    tested: int


class ConcentrationOut(Out):
    """`until`: by then at the latest everything that waits is released."""

    id: str
    about: About
    merchant_id: str
    subject_id: str
    detail: str
    title: str
    says: str
    state: State
    lines: int
    asked: int
    held_lines: int
    held_fen: int
    since: date
    found_at: datetime
    until: datetime
    reason: str
    ended_at: datetime | None


class ConcentrationDayOut(Out):
    day: date
    lines: int
    asked: int


class ConcentrationReasonOut(Out):
    reason: str
    count: int


class ConcentrationFileOut(ConcentrationOut):
    figures: list[ConcentrationFigureOut]
    days: list[ConcentrationDayOut]
    reasons: list[ConcentrationReasonOut]
    version: str
    source: str


class TouchedOut(Out):
    """`reason`: what after-sales was asked for; empty: nothing was."""

    order_id: str
    line_id: str
    product_id: str
    promoter_id: str
    paid_at: datetime
    reason: str


class HeldOut(Out):
    """What waits of your own for one case, and why; `appeal`: yours, if you have filed one."""

    case_id: str
    title: str
    says: str
    state: State
    lines: int
    fen: int
    since: datetime
    until: datetime
    figures: list[ConcentrationFigureOut]
    appeal: AppealState | None


class HeldListOut(Out):
    """`fen`: in all; what waits for two cases is in it once."""

    items: list[HeldOut]
    fen: int


class ConcentrationWordsIn(In):
    words: Annotated[Text, Field(min_length=4, max_length=500)]


class ConcentrationsIn(PageIn):
    state: State | None = None
    about: About | None = None


class TouchedIn(PageIn):
    asked: bool | None = None


def _scope(request: HttpRequest) -> str:
    """The shop whose cases who asks may see; empty for the platform, which sees all."""
    who = identity.require(request.principal, *PLATFORM, *STAFF)  # type: ignore[attr-defined]
    return who.merchant_id or ""


def _promoter(request: HttpRequest) -> tuple[Principal, str]:
    """Raises `NotAPromoter`."""
    principal = identity.require(request.principal)  # type: ignore[attr-defined]
    found = promoters.by_user(principal.user_id)
    if found is None:
        raise NotAPromoter("none")
    return principal, found.id


def _figure(one: Figure) -> ConcentrationFigureOut:
    return ConcentrationFigureOut.from_orm(one)


@router.get("/concentration", response=PageOut[ConcentrationOut])
def listing(request: HttpRequest, query: Query[ConcentrationsIn]) -> dict[str, Any]:
    """Cases, the newest first: all for the platform, a shop's own for the shop."""
    shop = _scope(request)
    about, state = query.about or "", query.state or ""
    found = facade.cases(merchant_id=shop, state=state, about=about, after=query.after, limit=query.limit)
    return page_out(found, ConcentrationOut.from_orm)


@router.get("/concentration/{concentration_id}", response=ConcentrationFileOut)
def explain(request: HttpRequest, concentration_id: Id) -> ConcentrationFileOut:
    """One case: every comparison with both sides and its chance, its days and reasons, the rules that judged it."""
    case = facade.one(concentration_id, merchant_id=_scope(request))
    return ConcentrationFileOut(
        figures=[_figure(one) for one in case.figures],
        days=[ConcentrationDayOut.from_orm(one) for one in facade.days(concentration_id)],
        reasons=[ConcentrationReasonOut(reason=why, count=n) for why, n in facade.reasons(concentration_id)],
        version=case.version, source=facade.terms(accounting_date(case.found_at)).source,
        **ConcentrationOut.from_orm(case).model_dump(),
    )  # fmt: skip


@router.get("/concentration/{concentration_id}/orders", response=PageOut[TouchedOut])
def orders(request: HttpRequest, concentration_id: Id, query: Query[TouchedIn]) -> dict[str, Any]:
    """The lines it is about, the newest order first."""
    facade.one(concentration_id, merchant_id=_scope(request))
    found = facade.lines(concentration_id, asked=query.asked, after=query.after, limit=query.limit)
    return page_out(found, TouchedOut.from_orm)


@router.post("/concentration/{concentration_id}/confirm", response=ConcentrationOut)
def confirm(request: HttpRequest, concentration_id: Id, body: ConcentrationWordsIn) -> Case:
    """It is as it seems: what waits goes on waiting, not for ever. Nothing is taken from anybody."""
    principal = identity.require(request.principal, *DECIDERS)  # type: ignore[attr-defined]
    return facade.confirm(concentration_id, body.words, by=principal, now=clock.now())


@router.post("/concentration/{concentration_id}/clear", response=ConcentrationOut)
def clear(request: HttpRequest, concentration_id: Id, body: ConcentrationWordsIn) -> Case:
    """It is not so, or dealt with: everything that waits is released at its own time."""
    principal = identity.require(request.principal, *DECIDERS)  # type: ignore[attr-defined]
    return facade.clear(concentration_id, body.words, by=principal, now=clock.now())


@router.post("/concentration/{concentration_id}/appeal", response={201: AppealOut})
def appeal(request: HttpRequest, concentration_id: Id, body: ConcentrationWordsIn) -> Status[Appeal]:
    """The shop says why it is not so; a human answers. Granted, the case is over."""
    who, merchant_id = identity.require_merchant(request.principal, *APPELLANTS)  # type: ignore[attr-defined]
    facade.one(concentration_id, merchant_id=merchant_id)
    party = Party(PartyKind.MERCHANT, merchant_id)
    return Status(201, facade.appeal(concentration_id, party, body.words, by=who, now=clock.now()))


@router.get("/me/held", response=HeldListOut)
def held(request: HttpRequest) -> dict[str, Any]:
    """核查中: what waits of your commission, for which case, why, and until when at the latest."""
    _, promoter_id = _promoter(request)
    waiting = commission.held_of(promoter_id)
    cases = {one.id: one for one in facade.some({one.case_id for one in waiting})}
    decisions = {case_id: decision_of(cases[case_id], promoter_id) for case_id in cases}
    filed = appeals.about(Decision.CONCENTRATION, list(decisions.values()))
    items = []
    for one in waiting:
        case = cases[one.case_id]
        mine = filed.get(decisions[case.id])
        items.append(
            HeldOut(
                case_id=case.id, title=case.title, says=one.says, state=case.state, lines=one.lines, fen=one.fen,
                since=one.since, until=one.until, figures=[_figure(figure) for figure in case.figures],
                appeal=mine.state if mine else None,
            )
        )  # fmt: skip
    return {"items": items, "fen": commission.held_fen(promoter_id)}


@router.post("/me/held/{concentration_id}/appeal", response={201: AppealOut})
def appeal_own(request: HttpRequest, concentration_id: Id, body: ConcentrationWordsIn) -> Status[Appeal]:
    """Say why yours should not wait; a human answers. Granted, yours is released at its own time."""
    principal, promoter_id = _promoter(request)
    if not commission.ever_held(concentration_id, promoter_id):
        raise CaseNotFound(concentration_id)
    party = Party(PartyKind.PROMOTER, promoter_id)
    return Status(201, facade.appeal(concentration_id, party, body.words, by=principal, now=clock.now()))


def decision_of(case: Case, promoter_id: str) -> str:
    """Under which number a promoter's appeal stands: the whole case if it is about her, else her part of it."""
    return case.id if case.subject_id == promoter_id else f"{case.id}.{promoter_id}"


# -- who holds hears of it ---------------------------------------------------------------------------------------------


def hold(events: Sequence[ConcentrationFound], *, now: datetime) -> None:
    """Handler: what live cases touch waits. A case that has ended meanwhile touches nothing."""
    for case_id in sorted({one.case_id for one in events}):
        if not facade.still(case_id):
            continue
        case = facade.one(case_id)
        commission.hold_lines(case_id, facade.promoted(case_id), says=case.says, until=case.until, now=now)
        _note(case_id)


def hold_on(events: Sequence[ConcentrationConfirmed]) -> None:
    """Handler: a person has confirmed it; what waits may wait longer."""
    for one in sorted(events, key=lambda one: one.case_id):
        commission.extend_hold(one.case_id, until=one.until)


def let_go(events: Sequence[ConcentrationCleared], *, now: datetime) -> None:
    """Handler: the case is over, or over for one promoter."""
    for one in sorted(events, key=lambda one: (one.case_id, one.promoter_id)):
        facade.still(one.case_id)  # the case comes before the books, here as above
        ending = "appeal" if one.promoter_id else one.ending
        commission.let_go(one.case_id, promoter_id=one.promoter_id, ending=ending, now=now)
        if one.promoter_id:
            _note(one.case_id)


def _note(case_id: str) -> None:
    waiting = commission.held_for([case_id])
    facade.note_held(case_id, sum(one.lines for one in waiting), sum(one.fen for one in waiting))
