"""What a promoter finds, takes along and shares."""

from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from ninja import Router

from xintui.infra import clock
from xintui.infra.http import Id, PageOut, Query
from xintui.infra.paging import Page
from xintui.promotion.attribution import facade as attribution
from xintui.promotion.attribution.contracts import ShareLink
from xintui.promotion.materials import facade
from xintui.promotion.materials.contracts import CodeUnavailable, Kit, Material, Poster
from xintui.promotion.materials.http.shapes import (
    DoneOut,
    ForPromotersIn,
    KitIn,
    KitOut,
    MiniCodeOut,
    PosterFileIn,
    PosterIn,
    PosterOut,
    SharedDetailOut,
    SharedMaterialOut,
    UseIn,
)
from xintui.promotion.promoters import facade as promoters
from xintui.promotion.promoters.contracts import Promoter

router = Router(tags=["素材"])


def me(request: HttpRequest) -> Promoter:
    """Raises `NotAPromoter`."""
    return promoters.active_by_user(request.principal.user_id)  # type: ignore[attr-defined]


def _link(request: HttpRequest, link_id: str) -> tuple[Promoter, ShareLink]:
    mine = me(request)
    return mine, attribution.link(mine.id, link_id)


@router.get("/promoter/materials", response=PageOut[SharedMaterialOut])
def for_promoters(request: HttpRequest, query: Query[ForPromotersIn]) -> dict[str, Any]:
    """What I may share now: of a product with what its category, its shop and the platform offer."""
    me(request)
    found: Page[Material] = facade.for_promoters(
        now=clock.now(), product_id=query.product_id, kind=query.kind, after=query.after, limit=query.limit
    )
    return {"items": list(found.items), "next": found.next}


@router.get("/promoter/materials/{version_id}", response=SharedDetailOut)
def shared(request: HttpRequest, version_id: Id) -> dict[str, Any]:
    """One version. What was shared once stays readable."""
    me(request)
    found = facade.shared(version_id)
    shown = SharedMaterialOut.from_orm(found).model_dump()
    return shown | {"usable": found.usable(clock.now())}


@router.post("/promoter/materials/{version_id}/use", response=DoneOut)
@transaction.atomic
def record_use(request: HttpRequest, version_id: Id, body: UseIn) -> DoneOut:
    """I looked at it, copied it, saved it."""
    me(request)
    facade.record_use(facade.shared(version_id), body.act, body.channel)
    return DoneOut()


@router.post("/promoter/share", response=KitOut)
@transaction.atomic
def share(request: HttpRequest, body: KitIn) -> Kit:
    """Everything one tap needs: the link on this channel, made with this material, and the words with the label."""
    target = attribution.target(body.kind, body.id)
    return facade.share(me(request), target, body.channel, version_id=body.version_id, text=body.text, now=clock.now())


def _poster(request: HttpRequest, link_id: str, asked: PosterIn) -> Poster:
    mine, link = _link(request, link_id)
    address = f"{settings.PUBLIC_URL.rstrip('/')}/s/{link.code}"
    return facade.poster(mine, link, asked.version_id, named=asked.named, address=address, now=clock.now())


@router.get("/promoter/links/{link_id}/poster", response=PosterOut)
def poster(request: HttpRequest, link_id: Id, query: Query[PosterIn]) -> dict[str, Any]:
    """Template and content, for drawing it on the phone; and whether one for print may be had (`print`)."""
    made = _poster(request, link_id, query)
    given = {name: getattr(made, name) for name in ("version_id", "template", "content")}
    return given | {"print": facade.may_print(me(request), link_id, now=clock.now())}


@router.get("/promoter/links/{link_id}/poster-file", response={200: None})
def poster_file(request: HttpRequest, link_id: Id, query: Query[PosterFileIn]) -> HttpResponse:
    """The poster drawn here; for `print` three times as large, where credit and level bring that (更多素材)."""
    made = _poster(request, link_id, query)
    if query.print:
        drawn = facade.draw_for_print(me(request), link_id, made, form=query.form, now=clock.now())
    else:
        drawn = facade.draw(made, form=query.form)
    answer = HttpResponse(drawn, content_type=f"image/{query.form}")
    answer["Content-Disposition"] = f'inline; filename="poster.{query.form}"'
    return answer


@router.post("/promoter/links/{link_id}/mini-code", response=MiniCodeOut)
def make_mini_code(request: HttpRequest, link_id: Id) -> dict[str, str]:
    """小程序码 of my link: made by WeChat the first time, kept from then on."""
    _, link = _link(request, link_id)
    facade.make_mini_code(link, now=clock.now())
    return {"path": f"/api/v1/promoter/links/{link.id}/mini-code"}


@router.get("/promoter/links/{link_id}/mini-code", response={200: None})
def mini_code(request: HttpRequest, link_id: Id) -> HttpResponse:
    """The picture."""
    mine, link = _link(request, link_id)
    found = facade.mini_code(mine.id, link.id)
    if found is None:
        raise CodeUnavailable("请先生成")
    return HttpResponse(found[1], content_type=found[0])
