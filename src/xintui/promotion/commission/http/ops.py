"""The platform's desk: plans, lines, batches, statements, and a release by hand."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.http import HttpRequest
from ninja import Router, Status

from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Principal, Role
from xintui.infra import clock
from xintui.infra.http import Id, PageIn, PageOut, Query, page_out
from xintui.promotion.commission import facade
from xintui.promotion.commission.contracts import Draft, Outcome, PlanInvalid, PlanVersion, Preview
from xintui.promotion.commission.http.lines import explained_out, lines_out
from xintui.promotion.commission.http.promoter import version_out
from xintui.promotion.commission.http.shapes import (
    DraftOut,
    DraftsIn,
    ExplanationOut,
    LineOut,
    OpsLinesIn,
    OpsVersionOut,
    PlanIn,
    PreviewIn,
    PreviewOut,
    PublishIn,
    ReasonIn,
    ReleasedOut,
    StatementOut,
    StatementsIn,
    SweepOut,
    draft_state,
)
from xintui.promotion.commission.rules import plan_json

router = Router(tags=["佣金"])
READERS = (Role.OPERATOR, Role.FINANCE, Role.AUDITOR)
PUBLISHERS = (Role.OPERATOR, Role.FINANCE)


def _desk(request: HttpRequest, *roles: Role) -> Principal:
    return identity.require(request.principal, *(roles or READERS))  # type: ignore[attr-defined]


def _version(one: PlanVersion) -> dict[str, Any]:
    return version_out(one) | {
        "body": plan_json(one.plan),
        "published_at": one.published_at,
        "published_by": one.published_by,
    }


@router.get("/ops/commission/lines", response=PageOut[LineOut], summary="佣金明细")
def list_lines(request: HttpRequest, query: Query[OpsLinesIn]) -> dict[str, Any]:
    """By merchant, promoter or order; newest order first."""
    _desk(request)
    return lines_out(facade.lines(**query.dict(), now=clock.now()))


@router.get("/ops/commission/lines/{order_id}/{line_id}", response=ExplanationOut, summary="佣金计算过程")
def read_line(request: HttpRequest, order_id: Id, line_id: Id) -> ExplanationOut:
    """Steps, refunds and ledger moves of one line."""
    _desk(request)
    return explained_out(facade.explanation(order_id, line_id, now=clock.now()))


@router.get("/ops/commission/sweeps", response=PageOut[SweepOut], summary="释放批次")
def list_sweeps(request: HttpRequest, page: Query[PageIn]) -> dict[str, Any]:
    """Newest first."""
    _desk(request)
    return page_out(facade.sweeps(after=page.after, limit=page.limit), SweepOut.from_orm)


@router.get("/ops/commission/statements", response=PageOut[StatementOut], summary="月结单")
def list_statements(request: HttpRequest, query: Query[StatementsIn]) -> dict[str, Any]:
    """By promoter and month."""
    _desk(request)
    return page_out(facade.statement_page(**query.dict()), StatementOut.from_orm)


@router.post("/ops/commission/release", response=ReleasedOut, summary="立即释放到期佣金")
@transaction.atomic
def release_now(request: HttpRequest) -> Outcome:
    """What the worker does anyway, now. Before its time nothing is released."""
    who = _desk(request, Role.OPERATOR, Role.FINANCE)
    done = facade.release_due(now=clock.now())
    identity.audit(
        who, "commission.release", ("sweep", ""), {}, {"fen": done.released_fen, "lines": done.released_lines}
    )
    return done


@router.get("/ops/commission/plans", response=PageOut[OpsVersionOut], summary="方案版本")
def list_plans(request: HttpRequest, page: Query[PageIn]) -> dict[str, Any]:
    """Every published version, the one that begins last first."""
    _desk(request)
    return page_out(facade.versions(after=page.after, limit=page.limit), _version)


@router.get("/ops/commission/drafts", response=PageOut[DraftOut], summary="方案草案")
def list_drafts(request: HttpRequest, query: Query[DraftsIn]) -> dict[str, Any]:
    """The platform's and the merchants'; `state=draft` is the queue."""
    _desk(request)
    found = facade.drafts(state=query.state or "", after=query.after, limit=query.limit)
    return page_out(found, DraftOut.from_orm)


@router.get("/ops/commission/drafts/{draft_id}", response=DraftOut, summary="方案草案详情")
def read_draft(request: HttpRequest, draft_id: Id) -> Draft:
    _desk(request)
    return facade.draft(draft_id)


@router.post("/ops/commission/drafts", response={201: DraftOut}, summary="起草方案")
@transaction.atomic
def draft(request: HttpRequest, body: PlanIn) -> Status[Draft]:
    """Keep a plan as a draft."""
    who = _desk(request, Role.OPERATOR)
    made = facade.draft_plan(body.plan(), note=body.note, actor=who.user_id, now=clock.now())
    return Status(201, _recorded(who, "draft", None, made))


@router.put("/ops/commission/drafts/{draft_id}", response=DraftOut, summary="修改方案草案")
@transaction.atomic
def change(request: HttpRequest, draft_id: Id, body: PlanIn) -> Draft:
    """Another content for the platform's own draft; a merchant's is the merchant's to change."""
    who = _desk(request, Role.OPERATOR)
    before = facade.draft(draft_id)
    given: dict[str, Any] = {"merchant_id": "", "note": body.note, "actor": who.user_id, "now": clock.now()}
    made = facade.change_draft(draft_id, body.plan(), **given)
    return _recorded(who, "change", before, made)


@router.get("/ops/commission/drafts/{draft_id}/preview", response=PreviewOut, summary="预览方案草案")
def preview(request: HttpRequest, draft_id: Id, query: Query[PreviewIn]) -> Preview:
    """The lines of the last days, earned again: totals, winners, losers, payers, legal flags."""
    _desk(request)
    return facade.preview(draft_id, days=query.days, now=clock.now())


@router.post("/ops/commission/drafts/{draft_id}/publish", response=OpsVersionOut, summary="发布方案")
@transaction.atomic
def publish(request: HttpRequest, draft_id: Id, body: PublishIn) -> dict[str, Any]:
    """Freeze the draft as the next version, after its notice unless nobody loses anything. Not by its author."""
    who = _desk(request, *PUBLISHERS)
    before = facade.draft(draft_id)
    made = facade.publish_draft(draft_id, in_force_from=_aware(body.in_force_from), actor=who.user_id, now=clock.now())
    _recorded(who, "publish", before, facade.draft(draft_id))
    return _version(made)


@router.post("/ops/commission/drafts/{draft_id}/reject", response=DraftOut, summary="驳回或撤回草案")
@transaction.atomic
def reject(request: HttpRequest, draft_id: Id, body: ReasonIn) -> Draft:
    """Decline a merchant's proposal, or drop the platform's own."""
    who = _desk(request, Role.OPERATOR)
    before = facade.draft(draft_id)
    made = facade.drop_draft(draft_id, actor=who.user_id, reason=body.reason, now=clock.now())
    return _recorded(who, "reject", before, made, body.reason)


def _aware(at: datetime | None) -> datetime | None:
    if at is not None and at.tzinfo is None:
        raise PlanInvalid("in_force_from", "时间须带时区")
    return at


def _recorded(who: Principal, verb: str, before: Draft | None, made: Draft, reason: str = "") -> Draft:
    identity.audit(
        who,
        f"commission.{verb}",
        ("plan_draft", made.id),
        draft_state(before) if before else {},
        draft_state(made),
        reason=reason,
    )
    return made
