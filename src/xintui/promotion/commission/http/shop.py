"""What a shop pays in commission, and the rules it would like for its own goods."""

from typing import Any

from django.db import transaction
from django.http import HttpRequest
from ninja import Router, Status

from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Principal, Role
from xintui.infra import clock
from xintui.infra.http import Id, PageIn, PageOut, Query, page_out
from xintui.promotion.commission import facade
from xintui.promotion.commission.contracts import Draft, Preview
from xintui.promotion.commission.http.lines import explained_out, lines_out
from xintui.promotion.commission.http.shapes import (
    DraftOut,
    DraftsIn,
    ExplanationOut,
    LineOut,
    OrderCostOut,
    PreviewIn,
    PreviewOut,
    RulesIn,
    ShopLinesIn,
    draft_state,
)

router = Router(tags=["佣金"])
READERS = (Role.MERCHANT_OWNER, Role.MERCHANT_FINANCE)


def _shop(request: HttpRequest, *roles: Role) -> tuple[Principal, str]:
    return identity.require_merchant(request.principal, *(roles or READERS))  # type: ignore[attr-defined]


@router.get("/shop/commission/lines", response=PageOut[LineOut], summary="本店佣金明细")
def shop_lines(request: HttpRequest, query: Query[ShopLinesIn]) -> dict[str, Any]:
    """Commission by order line, newest order first."""
    _, merchant_id = _shop(request)
    found = facade.lines(
        merchant_id=merchant_id, order_id=query.order_id, now=clock.now(), after=query.after, limit=query.limit
    )
    return lines_out(found)


@router.get("/shop/commission/lines/{order_id}/{line_id}", response=ExplanationOut, summary="这笔佣金怎么算的")
def shop_line(request: HttpRequest, order_id: Id, line_id: Id) -> ExplanationOut:
    """Steps, refunds and ledger moves of one line."""
    return explained_out(facade.explanation(order_id, line_id, merchant_id=_shop(request)[1], now=clock.now()))


@router.get("/shop/commission/orders", response=PageOut[OrderCostOut], summary="本店订单佣金支出")
def shop_orders(request: HttpRequest, page: Query[PageIn]) -> dict[str, Any]:
    """Commission by order, newest first."""
    found = facade.order_costs(_shop(request)[1], after=page.after, limit=page.limit)
    return page_out(found, OrderCostOut.from_orm)


@router.get("/shop/commission/drafts", response=PageOut[DraftOut], summary="本店方案草案")
def shop_drafts(request: HttpRequest, query: Query[DraftsIn]) -> dict[str, Any]:
    """What the shop has proposed."""
    _, merchant_id = _shop(request)
    found = facade.drafts(merchant_id=merchant_id, state=query.state or "", after=query.after, limit=query.limit)
    return page_out(found, DraftOut.from_orm)


@router.post("/shop/commission/drafts", response={201: DraftOut}, summary="提出本店佣金规则")
@transaction.atomic
def shop_propose(request: HttpRequest, body: RulesIn) -> Status[Draft]:
    """Rules for the shop's own goods; the platform publishes them."""
    who, merchant_id = _shop(request, Role.MERCHANT_OWNER)
    made = facade.draft_plan(body.plan(), merchant_id=merchant_id, note=body.note, actor=who.user_id, now=clock.now())
    return Status(201, _recorded(who, "propose", None, made))


@router.put("/shop/commission/drafts/{draft_id}", response=DraftOut, summary="修改本店草案")
@transaction.atomic
def shop_change(request: HttpRequest, draft_id: Id, body: RulesIn) -> Draft:
    """Another content for a draft that nobody has decided on."""
    who, merchant_id = _shop(request, Role.MERCHANT_OWNER)
    before = facade.draft(draft_id, merchant_id=merchant_id)
    given: dict[str, Any] = {"merchant_id": merchant_id, "note": body.note, "actor": who.user_id, "now": clock.now()}
    made = facade.change_draft(draft_id, body.plan(), **given)
    return _recorded(who, "change", before, made)


@router.post("/shop/commission/drafts/{draft_id}/withdraw", response=DraftOut, summary="撤回本店草案")
@transaction.atomic
def shop_withdraw(request: HttpRequest, draft_id: Id) -> Draft:
    """Take a proposal back."""
    who, merchant_id = _shop(request, Role.MERCHANT_OWNER)
    before = facade.draft(draft_id, merchant_id=merchant_id)
    made = facade.drop_draft(draft_id, merchant_id=merchant_id, actor=who.user_id, now=clock.now())
    return _recorded(who, "withdraw", before, made)


@router.get("/shop/commission/drafts/{draft_id}/preview", response=PreviewOut, summary="预览本店草案")
def shop_preview(request: HttpRequest, draft_id: Id, query: Query[PreviewIn]) -> Preview:
    """What the shop's own lines of the last days would have cost."""
    return facade.preview(draft_id, days=query.days, merchant_id=_shop(request)[1], now=clock.now())


def _recorded(who: Principal, verb: str, before: Draft | None, made: Draft) -> Draft:
    was = draft_state(before) if before else {}
    identity.audit(who, f"commission.{verb}", ("plan_draft", made.id), was, draft_state(made))
    return made
