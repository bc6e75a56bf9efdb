"""/quality/…: how goods stand and why, for their shop and the platform; the rules for everybody; the shop's appeal."""

from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Router, Status
from pydantic import Field

from xintui.commerce.quality import facade
from xintui.commerce.quality.contracts import Block, Cause, Day, Ended, Ending, Measure, Standing, Verdict
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Role
from xintui.infra import clock
from xintui.infra.http import Id, In, Out, PageIn, PageOut, Query, Text
from xintui.infra.paging import Page
from xintui.kernel.times import accounting_date
from xintui.trust.appeals.contracts import Appeal, State

router = Router(tags=["商品质量"])
PLATFORM = (Role.OPERATOR, Role.REVIEWER, Role.FINANCE, Role.AUDITOR)
STAFF = (Role.MERCHANT_OWNER, Role.MERCHANT_GOODS, Role.MERCHANT_FINANCE, Role.MERCHANT_SERVICE)
APPELLANTS = (Role.MERCHANT_OWNER, Role.MERCHANT_GOODS, Role.MERCHANT_SERVICE)


class FigureOut(Out):
    """`low_bp`: the least the true rate can be, as far as chance goes; only if it is over the limit promotion stops."""

    measure: Measure
    days: int
    count: int
    of: int
    rate_bp: int
    low_bp: int
    limit_bp: int
    least: int
    verdict: Verdict


class BlockOut(Out):
    id: str
    product_id: str
    merchant_id: str
    cause: Cause
    says: str
    figures: list[FigureOut]
    version: str
    since: datetime
    until: datetime | None
    ending: Ending | None


class StandingOut(Out):
    product_id: str
    merchant_id: str
    verdict: Verdict
    figures: list[FigureOut]
    version: str
    judged_on: date
    risk_bp: int | None
    block: BlockOut | None


class DayOut(Out):
    day: date
    reviews: int
    bad: int
    received: int
    returned: int
    bad_bp: int
    return_bp: int


class DaysOut(Out):
    items: list[DayOut]


class ReasonOut(Out):
    name: str
    says: str
    weight: int


class AlertOut(Out):
    id: str
    product_id: str
    merchant_id: str
    risk_bp: int
    model: str
    reasons: list[ReasonOut]
    warned_at: datetime
    unlists_at: datetime
    ended: Ended | None
    ended_at: datetime | None


class SpanOut(Out):
    days: int
    reviews_min: int
    received_min: int


class RulesOut(Out):
    """What promotion is stopped by. `unlists`: whether a warning that stands after `notice_hours` stops it too."""

    version: str
    source: str
    windows: list[SpanOut]
    bad_stars_max: int
    bad_limit_bp: int
    return_limit_bp: int
    z_milli: int
    appeal_grace_days: int
    warns: bool
    unlists: bool
    notice_hours: int
    holds_hours: int


class QualityAppealOut(Out):
    id: str
    state: State
    title: str
    words: str
    filed_at: datetime
    answer_by: datetime


class GoodsIn(PageIn):
    verdict: Verdict | None = None
    blocked: bool = False


class DaysIn(In):
    back: Annotated[int, Field(ge=1, le=365)] = 90


class HistoryIn(PageIn):
    product_id: Annotated[str, Field(pattern=r"^[0-9A-Za-z]{0,32}$")] = ""


class AlertsIn(HistoryIn):
    running: bool = False


class AppealIn(In):
    words: Annotated[Text, Field(min_length=4, max_length=500)]


def _scope(request: HttpRequest) -> str:
    """The shop whose goods who asks may see; empty for the platform, which sees all."""
    who = identity.require(request.principal, *PLATFORM, *STAFF)  # type: ignore[attr-defined]
    return who.merchant_id or ""


def _paged(found: Page[Any]) -> dict[str, Any]:
    return {"items": list(found.items), "next": found.next}


@router.get("/rules", response=RulesOut)
def rules(request: HttpRequest) -> RulesOut:
    """The rules in force, for everybody with an account."""
    identity.require(request.principal)  # type: ignore[attr-defined]
    terms = facade.terms(accounting_date(clock.now()))
    return RulesOut(
        version=terms.version,
        source=terms.source,
        windows=[SpanOut(days=s.days, reviews_min=s.reviews_min, received_min=s.received_min) for s in terms.spans],
        bad_stars_max=terms.bad_stars_max,
        bad_limit_bp=terms.bad_limit_bp,
        return_limit_bp=terms.return_limit_bp,
        z_milli=terms.z_milli,
        appeal_grace_days=terms.appeal_grace.days,
        warns=terms.alarm.on,
        unlists=facade.unlists(terms),
        notice_hours=terms.alarm.notice.days * 24 + terms.alarm.notice.seconds // 3600,
        holds_hours=terms.alarm.holds.days * 24 + terms.alarm.holds.seconds // 3600,
    )


@router.get("/goods", response=PageOut[StandingOut])
def goods(request: HttpRequest, query: Query[GoodsIn]) -> dict[str, Any]:
    """Goods with their figures: a shop's own, or all for the platform."""
    verdict = query.verdict.value if query.verdict else ""
    shop = _scope(request)
    return _paged(
        facade.standings(
            merchant_id=shop, verdict=verdict, blocked=query.blocked, after=query.after, limit=query.limit
        )
    )  # fmt: skip


@router.get("/goods/{product_id}", response=StandingOut)
def explain(request: HttpRequest, product_id: Id) -> Standing:
    """One product: the counts, the windows, the bounds, the limits and the version of the rules that judged them."""
    return facade.standing(product_id, merchant_id=_scope(request))


@router.get("/goods/{product_id}/days", response=DaysOut)
def days(request: HttpRequest, product_id: Id, query: Query[DaysIn]) -> dict[str, list[Day]]:
    """Day by day, with both rates over the window that ends with the day."""
    one = facade.standing(product_id, merchant_id=_scope(request))
    return {"items": facade.days(one.product_id, until=accounting_date(clock.now()), back=query.back)}


@router.get("/blocks", response=PageOut[BlockOut])
def blocks(request: HttpRequest, query: Query[HistoryIn]) -> dict[str, Any]:
    """暂停推广 history, with the figures of each time."""
    shop = _scope(request)
    found = facade.blocks(merchant_id=shop, product_id=query.product_id, after=query.after, limit=query.limit)
    return _paged(found)


@router.get("/blocks/{block_id}", response=BlockOut)
def block(request: HttpRequest, block_id: Id) -> Block:
    """One time without promotion."""
    return facade.block(block_id, merchant_id=_scope(request))


@router.post("/blocks/{block_id}/appeal", response={201: QualityAppealOut})
def appeal(request: HttpRequest, block_id: Id, body: AppealIn) -> Status[Appeal]:
    """申诉: the shop's word against it, answered by a human. If it is granted promotion is open again at once."""
    who, merchant_id = identity.require_merchant(request.principal, *APPELLANTS)  # type: ignore[attr-defined]
    return Status(201, facade.appeal(block_id, body.words, merchant_id=merchant_id, by=who, now=clock.now()))


@router.get("/alerts", response=PageOut[AlertOut])
def alerts(request: HttpRequest, query: Query[AlertsIn]) -> dict[str, Any]:
    """72 小时预警: what the model warned of, why, and what became of it."""
    shop = _scope(request)
    found = facade.alerts(
        merchant_id=shop, product_id=query.product_id, running=query.running, after=query.after, limit=query.limit
    )
    return _paged(found)
