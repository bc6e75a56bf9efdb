"""A promoter's own money: lines, why, when, this month; and the plan as everybody may read it."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest
from ninja import Router

from xintui.foundation.identity import facade as identity
from xintui.infra import clock
from xintui.infra.http import Id, PageIn, PageOut, Query, page_out
from xintui.kernel.times import accounting_date
from xintui.promotion.commission import facade
from xintui.promotion.commission.contracts import PlanVersion, Prospect, Summary
from xintui.promotion.commission.http.lines import explained_out, lines_out
from xintui.promotion.commission.http.shapes import (
    CalendarIn,
    CalendarOut,
    ExplanationOut,
    LineOut,
    LinesIn,
    ProspectOut,
    PublicPlansOut,
    StatementOut,
    SummaryOut,
)
from xintui.promotion.promoters import facade as promoters
from xintui.promotion.promoters.contracts import NotAPromoter

router = Router(tags=["佣金"])


def mine(request: HttpRequest) -> str:
    """Who asks, as a promoter in any state: money once earned stays visible."""
    found = promoters.by_user(identity.require(request.principal).user_id)  # type: ignore[attr-defined]
    if found is None:
        raise NotAPromoter("none")
    return found.id


def version_out(one: PlanVersion) -> dict[str, Any]:
    """A version with its text."""
    return {"version": one.plan.version, "in_force_from": one.in_force_from, "text": list(facade.told(one.plan))}


@router.get("/commission/plans", response=PublicPlansOut, auth=None, summary="佣金方案公示")
def read_plans(request: HttpRequest) -> dict[str, Any]:
    """The plan in force and the ones announced, in words, for everybody."""
    now = clock.now()
    current, coming = facade.public_plans(now=now)
    return {
        "current": version_out(current) if current else None,
        "announced": [version_out(one) for one in coming],
        "notice": facade.notice_on(accounting_date(now)),
    }


@router.get("/promoter/me/commission", response=SummaryOut, summary="我的佣金")
def my_summary(request: HttpRequest) -> Summary:
    """Pending, due and owed, and the running month."""
    return facade.summary(mine(request), now=clock.now())


@router.get("/promoter/me/commission/lines", response=PageOut[LineOut], summary="我的佣金明细")
def my_lines(request: HttpRequest, page: Query[LinesIn]) -> dict[str, Any]:
    """Newest payment first; `release_on` keeps what becomes due on one day of the calendar."""
    found = facade.lines_of_promoter(mine(request), now=clock.now(), **page.model_dump())
    return lines_out(found)


@router.get("/promoter/me/commission/lines/{order_id}/{line_id}", response=ExplanationOut, summary="这笔佣金怎么算的")
def my_line(request: HttpRequest, order_id: Id, line_id: Id) -> ExplanationOut:
    """Steps, refunds and ledger moves of one line."""
    return explained_out(facade.explanation(order_id, line_id, promoter_id=mine(request), now=clock.now()))


@router.get(
    "/promoter/me/commission/preview/{product_id}", response=ProspectOut | None, summary="分享这件商品大约能赚多少"
)
def my_prospect(request: HttpRequest, product_id: Id) -> Prospect | None:
    """Before sharing: the rule in force on one piece, net of the refunds that tend to come."""
    who = promoters.active_by_user(identity.require(request.principal).user_id)  # type: ignore[attr-defined]
    return facade.prospect(who.id, who.level, product_id, now=clock.now())


@router.get("/promoter/me/commission/calendar", response=CalendarOut, summary="释放日历")
def my_calendar(request: HttpRequest, query: Query[CalendarIn]) -> dict[str, Any]:
    """What becomes due on which day."""
    since = query.since or accounting_date(clock.now())
    days = facade.calendar(mine(request), since=since, until=since + timedelta(days=query.days - 1))
    return {"items": days}


@router.get("/promoter/me/commission/statements", response=PageOut[StatementOut], summary="我的月结单")
def my_statements(request: HttpRequest, page: Query[PageIn]) -> dict[str, Any]:
    """Newest month first."""
    found = facade.statement_page(promoter_id=mine(request), after=page.after, limit=page.limit)
    return page_out(found, StatementOut.from_orm)
