"""/me/credit/…: one's own scores with every point explained, what was counted, and the appeal; /credit/…: the desk.

Who is which subject is known above: a promoter by `promoters`, a shop by the principal.
"""

from datetime import date
from typing import Annotated, Any, Final

from django.http import HttpRequest
from ninja import Router
from pydantic import Field

from xintui.entrypoints.appeals import AppealOut
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Principal, Role
from xintui.infra import clock
from xintui.infra.http import Id, In, Out, PageIn, PageOut, Query, Text
from xintui.infra.paging import Page
from xintui.kernel.times import accounting_date
from xintui.promotion.promoters import facade as promoters
from xintui.promotion.promoters.contracts import NotAPromoter
from xintui.trust.appeals import facade as appeals
from xintui.trust.appeals.contracts import About, Appeal
from xintui.trust.appeals.contracts import State as AppealState
from xintui.trust.credit import facade
from xintui.trust.credit.contracts import Explained, Heard, How, Imagined, NoScore, Scale, Wish

router: Final = Router(tags=["信用"])
READERS: Final = (Role.OPERATOR, Role.REVIEWER, Role.AUDITOR)
SHOP_READERS: Final = (Role.MERCHANT_OWNER, Role.MERCHANT_GOODS, Role.MERCHANT_FINANCE, Role.MERCHANT_SERVICE)
SHOP_APPEALS: Final = (Role.MERCHANT_OWNER, Role.MERCHANT_SERVICE)


class CreditPointOut(Out):
    """`points` of `of`; `value_bp` 0 to 10,000; doing `raise_says` would bring `raise_by` points more."""

    code: str
    title: str
    points: int
    of: int
    value_bp: int
    good: int
    total: int
    unit: str
    says: str
    raise_by: int
    raise_says: str
    source: str
    window_days: int
    half_life_days: int
    how: How


class CreditTrendOut(Out):
    """The days on which the score changed, oldest first."""

    days: list[date]
    scores: list[int]


class CreditScoreOut(Out):
    """Computed from the signals when asked. `agrees`: point for point what is stored."""

    scale: Scale
    title: str
    score: int
    band: str
    next_band: str
    next_from: int | None
    points: list[CreditPointOut]
    trend: CreditTrendOut
    as_of: date
    version: str
    source: str
    agrees: bool


class CreditOut(Out):
    """Empty until something has been counted."""

    items: list[CreditScoreOut]


class CreditSignalOut(Out):
    """One fact as it was counted. `lowers`: it takes away, so it can be appealed; `appeal` is null without one."""

    id: str
    indicator: str
    title: str
    day: date
    good: int
    total: int
    figures: str
    says: str
    ref: str
    lowers: bool
    voided: bool
    appeal: AppealState | None


class WishIn(In):
    """In the indicator's unit, money in fen; of a state `well` is what it would be, in percent."""

    indicator: Annotated[str, Field(pattern=r"^[a-z_]{1,20}$")]
    well: Annotated[int, Field(ge=0, le=10_000_000_000)] = 0
    badly: Annotated[int, Field(ge=0, le=10_000_000_000)] = 0


class ImagineIn(In):
    """All of it judged `in_days` from the day of the score; of an indicator named twice the last counts."""

    scale: Scale = Scale.CREDIT
    in_days: Annotated[int, Field(ge=0, le=365)] = 0
    wishes: Annotated[list[WishIn], Field(max_length=18)] = []


class ImaginedOut(Out):
    """`now` and `then`: points by indicator; their sums are the two scores."""

    scale: Scale
    day: date
    score_now: int
    score: int
    band: str
    now: dict[str, int]
    then: dict[str, int]


class SignalsIn(PageIn):
    indicator: Annotated[str, Field(pattern=r"^[a-z_]{0,20}$")] = ""


class CreditAppealIn(In):
    words: Annotated[Text, Field(min_length=4, max_length=500)]


def subject_of(principal: Principal) -> str:
    """Whose score who asks may see: a shop's people the shop's, else one's own as promoter. Raises `NotAPromoter`."""
    if principal.merchant_id is not None:
        return principal.merchant_id
    found = promoters.by_user(principal.user_id)
    if found is None:
        raise NotAPromoter("none")
    return found.id


def told(subject_id: str) -> CreditOut:
    """Every scale somebody is judged on."""
    found = []
    for scale in Scale:
        try:
            found.append(_scale(facade.explain(subject_id, scale)))
        except NoScore:
            continue
    return CreditOut(items=found)


def _scale(one: Explained) -> CreditScoreOut:
    trend = CreditTrendOut.from_orm(facade.trend(one.subject_id, one.scale))
    given = {name: getattr(one, name) for name in CreditScoreOut.model_fields if name not in {"trend", "points"}}
    return CreditScoreOut(trend=trend, points=[CreditPointOut.from_orm(point) for point in one.points], **given)


def heard(subject_id: str, query: SignalsIn) -> dict[str, Any]:
    """A page of signals with their appeals; the same number of queries for any page."""
    page: Page[Heard] = facade.signals(
        subject_id, indicator=query.indicator, after=query.after, limit=query.limit, today=accounting_date(clock.now())
    )
    there = appeals.about(About.CREDIT, [one.id for one in page.items])
    return {"items": [_signal(one, there.get(one.id)) for one in page.items], "next": page.next}


def _signal(one: Heard, appeal: Appeal | None) -> CreditSignalOut:
    given = {name: getattr(one, name) for name in CreditSignalOut.model_fields if name != "appeal"}
    return CreditSignalOut(appeal=appeal.state if appeal else None, **given)


@router.get("/me/credit", response=CreditOut)
def mine(request: HttpRequest) -> CreditOut:
    """Your scores, each point explained, and what would raise them."""
    return told(subject_of(identity.require(request.principal)))  # type: ignore[attr-defined]


@router.post("/me/credit/imagine", response=ImaginedOut)
def imagine(request: HttpRequest, body: ImagineIn) -> Imagined:
    """What the score would be if…: the same function on what is known and what you suppose. Nothing is kept."""
    subject = subject_of(identity.require(request.principal))  # type: ignore[attr-defined]
    wishes = {one.indicator: Wish(one.well, one.badly) for one in body.wishes}
    return facade.imagine(subject, body.scale, wishes, in_days=body.in_days)


@router.get("/me/credit/signals", response=PageOut[CreditSignalOut])
def signals(request: HttpRequest, query: Query[SignalsIn]) -> dict[str, Any]:
    """What was counted about you, newest first."""
    return heard(subject_of(identity.require(request.principal)), query)  # type: ignore[attr-defined]


@router.post("/me/credit/signals/{signal_id}/appeal", response=AppealOut)
def appeal(request: HttpRequest, signal_id: Id, body: CreditAppealIn) -> Appeal:
    """Say why it should not count; a human answers."""
    principal = identity.require(request.principal)  # type: ignore[attr-defined]
    if principal.merchant_id is not None:
        principal = identity.require(principal, *SHOP_APPEALS)
    return facade.appeal(signal_id, subject_of(principal), body.words, by=principal, now=clock.now())


@router.get("/credit/{subject_id}", response=CreditOut)
def read(request: HttpRequest, subject_id: Id) -> CreditOut:
    """Anybody's scores, for the desk."""
    identity.require(request.principal, *READERS)  # type: ignore[attr-defined]
    return told(subject_id)


@router.get("/credit/{subject_id}/signals", response=PageOut[CreditSignalOut])
def read_signals(request: HttpRequest, subject_id: Id, query: Query[SignalsIn]) -> dict[str, Any]:
    identity.require(request.principal, *READERS)  # type: ignore[attr-defined]
    return heard(subject_id, query)
