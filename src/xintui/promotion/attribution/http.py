"""A promoter's links, the click behind a link, a shop's rule, and "why did X get this order"."""

from datetime import date, datetime
from typing import Annotated

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import Field

from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Principal, Role
from xintui.infra import clock
from xintui.infra.http import Id, In, Out, PageIn, PageOut, Query, Text
from xintui.promotion.attribution import facade
from xintui.promotion.attribution.contracts import (
    Channel,
    ChosenBy,
    ClickRule,
    Explanation,
    Landing,
    LinkPage,
    ShareLink,
    SharePayload,
    Spread,
    TargetKind,
    Visitor,
    Window,
)
from xintui.promotion.promoters import facade as promoters

router = Router(tags=["归因"])
EXPLAINERS = (
    Role.OPERATOR,
    Role.REVIEWER,
    Role.FINANCE,
    Role.AUDITOR,
    Role.MERCHANT_OWNER,
    Role.MERCHANT_FINANCE,
    Role.MERCHANT_SERVICE,
)
LOOKERS = (Role.OPERATOR, Role.REVIEWER, Role.FINANCE, Role.AUDITOR)
Code = Annotated[Text, Field(min_length=1, max_length=64)]


class TargetOut(Out):
    kind: TargetKind
    id: str
    merchant_id: str
    title: str


class LinkOut(Out):
    id: str
    target: TargetOut
    channel: Channel
    code: str
    created_at: datetime
    clicks: int
    visitors: int
    material_id: str
    orders: int
    paid_fen: int
    net_fen: int
    paused: str


class LinkIn(In):
    kind: TargetKind
    id: Id
    channel: Channel


class ShareIn(In):
    text: Annotated[Text, Field(max_length=500)] = ""


class ShareOut(Out):
    link: LinkOut
    label: str
    text: str
    path: str


class TouchIn(In):
    code: Code
    visitor_id: Annotated[Text, Field(pattern=r"^[0-9A-Za-z_-]{8,64}$")]
    via: Annotated[Text, Field(pattern=r"^[0-9A-Za-z]{0,32}$")] = ""
    """The mark with which somebody passed the link on."""


class LandingOut(Out):
    target: TargetOut
    label: str
    counted: bool
    mark: str
    paused: str


class SpreadIn(In):
    since: date
    until: date


class SpotOut(Out):
    depth: int
    channel: Channel
    reach: int
    clicks: int
    orders: int
    own_orders: int


class SpreadOut(Out):
    since: date
    until: date
    spots: list[SpotOut]
    locked_orders: int


class WindowIn(In):
    click_days: Annotated[int, Field(ge=1, le=90)]
    click_rule: ClickRule
    lock_days: Annotated[int, Field(ge=0, le=365)]
    source: Annotated[Text, Field(min_length=2, max_length=200)]


class WindowOut(Out):
    version: int
    merchant_id: str
    click_days: int
    click_rule: ClickRule
    lock_days: int
    effective_from: datetime
    source: str


class CandidateOut(Out):
    promoter_id: str
    at: datetime
    channel: str
    touch_id: str
    link_id: str
    is_lock: bool
    excluded: str


class ExplanationOut(Out):
    attribution_id: str
    merchant_id: str
    buyer_id: str
    frozen_at: datetime
    window: WindowOut
    candidates: list[CandidateOut]
    chosen_by: ChosenBy | None
    promoter_id: str
    self_purchase: bool
    agrees: bool
    sentence: str


def _who(request: HttpRequest) -> Principal:
    principal: Principal = request.principal  # type: ignore[attr-defined]
    return principal


def _promoter_id(request: HttpRequest) -> str:
    return promoters.active_by_user(_who(request).user_id).id


@router.post("/promoter/links", response=LinkOut)
@transaction.atomic
def create_link(request: HttpRequest, body: LinkIn) -> ShareLink:
    """My link to one of our things on a channel; asking again gives the same link."""
    target = facade.target(body.kind, body.id)
    made = facade.create_link(_promoter_id(request), target, body.channel, now=clock.now())
    identity.audit(_who(request), "attribution.create_link", ("link", made.id), {}, {"channel": body.channel.value})
    return made


@router.get("/promoter/links", response=PageOut[LinkOut])
def list_links(request: HttpRequest, page: Query[PageIn]) -> LinkPage:
    """My links with clicks, visitors, and the orders they brought with their net, newest first."""
    return facade.links_of(_promoter_id(request), after=page.after, limit=page.limit)


@router.post("/promoter/links/{link_id}/share", response=ShareOut)
def share_link(request: HttpRequest, link_id: Id, body: ShareIn) -> SharePayload:
    """What the share sheet gets; the disclosure is in front of the copy."""
    return facade.share(facade.link(_promoter_id(request), link_id), body.text, now=clock.now())


@router.get("/promoter/links/{link_id}/qr.png", response={200: None})
def link_qr(request: HttpRequest, link_id: Id) -> HttpResponse:
    """The link as a QR code."""
    made = facade.link(_promoter_id(request), link_id)
    address = f"{settings.PUBLIC_URL.rstrip('/')}/s/{made.code}"
    return HttpResponse(facade.qr_png(address), content_type="image/png")


@router.get("/promoter/me/spread", response=SpreadOut, summary="我的传播层级")
def my_spread(request: HttpRequest, asked: Query[SpreadIn]) -> Spread:
    """Reach, clicks and orders by depth (1 to 3) and channel, over whole days. A picture: nobody is paid by depth."""
    return facade.spread(_promoter_id(request), since=asked.since, until=asked.until)


@router.get("/ops/promoters/{promoter_id}/spread", response=SpreadOut, summary="推客的传播层级")
def spread_of(request: HttpRequest, promoter_id: Id, asked: Query[SpreadIn]) -> Spread:
    """The same of any promoter, for the platform."""
    identity.require(_who(request), *LOOKERS)
    return facade.spread(promoters.one(promoter_id).id, since=asked.since, until=asked.until)


@router.post("/share/touch", auth=None, response=LandingOut)
@transaction.atomic
def touch(request: HttpRequest, body: TouchIn) -> Landing:
    """Someone opened a link. Open to strangers: what they may learn is where it leads."""
    principal: Principal | None = getattr(request, "principal", None)
    purpose = " ".join(request.headers.get(name, "") for name in ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz"))
    visitor = Visitor(
        visitor_id=body.visitor_id,
        buyer_id=principal.user_id if principal else "",
        user_agent=request.headers.get("User-Agent", "")[:512],
        purpose=purpose,
    )
    return facade.touch(body.code, visitor, now=clock.now(), via=body.via)


@router.get("/merchant/attribution-window", response=WindowOut)
def read_window(request: HttpRequest) -> Window:
    """My shop's rule in force."""
    _, merchant_id = identity.require_merchant(_who(request), Role.MERCHANT_OWNER, Role.MERCHANT_FINANCE)
    return facade.windows([merchant_id], clock.now())[merchant_id]


def _window_state(merchant_id: str, now: datetime) -> dict[str, object]:
    """The rule in force, for the audit trail."""
    rule = facade.windows([merchant_id], now)[merchant_id]
    return {
        "click_days": rule.click_days,
        "click_rule": rule.click_rule.value,
        "lock_days": rule.lock_days,
        "source": rule.source,
    }


@router.post("/merchant/attribution-window", response=WindowOut)
@transaction.atomic
def set_window(request: HttpRequest, body: WindowIn) -> Window:
    """My shop's next rule, from now on; frozen attributions keep theirs."""
    _, merchant_id = identity.require_merchant(_who(request), Role.MERCHANT_OWNER)
    now = clock.now()
    before = _window_state(merchant_id, now)
    made = facade.set_window(
        merchant_id,
        click_days=body.click_days,
        click_rule=body.click_rule,
        lock_days=body.lock_days,
        source=body.source,
        effective_from=now,
    )
    identity.audit(
        _who(request),
        "attribution.set_window",
        ("window", f"{merchant_id}/{made.version}"),
        before,
        body.model_dump(mode="json"),
    )
    return made


@router.get("/attributions/{attribution_id}", response=ExplanationOut)
def why(request: HttpRequest, attribution_id: Id) -> Explanation:
    """Why X got this order. A shop sees its own; the platform sees all."""
    who = _who(request)
    identity.require(who, *EXPLAINERS)
    return facade.why(attribution_id, merchant_id=who.merchant_id or "")
