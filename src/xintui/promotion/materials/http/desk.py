"""The library of a shop and of the platform: writing, handing in, deciding."""

from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from ninja import Router, Status

from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import MERCHANT_ROLES, Principal, Role
from xintui.infra import clock
from xintui.infra.http import Id, PageOut, Query
from xintui.promotion.materials import facade
from xintui.promotion.materials.contracts import BadMaterial, Material, MaterialKind
from xintui.promotion.materials.http.shapes import (
    DraftIn,
    LibraryIn,
    MaterialFileOut,
    MaterialOut,
    PictureOut,
    ReasonIn,
    UsageOut,
)

router = Router(tags=["素材"])
KEEPERS: Final = (Role.MERCHANT_OWNER, Role.MERCHANT_GOODS, Role.OPERATOR)
DECIDERS: Final = (Role.OPERATOR, Role.REVIEWER)
READERS: Final = (*MERCHANT_ROLES, Role.OPERATOR, Role.REVIEWER, Role.AUDITOR)


def whose(request: HttpRequest, *roles: Role) -> tuple[Principal, str]:
    """Who asks, and for which shop: "" is the platform itself."""
    who = identity.require(request.principal, *roles)  # type: ignore[attr-defined]
    return who, who.merchant_id or ""


def scope(who: Principal) -> str | None:
    """A shop reads its own, the platform's desk everything."""
    return who.merchant_id


@router.post("/materials/pictures", response={201: PictureOut})
def upload(request: HttpRequest) -> Status[dict[str, str]]:
    """A picture as the raw request body: JPEG, PNG or WebP in, re-encoded WebP kept."""
    who, merchant_id = whose(request, *KEEPERS)
    if not request.body:
        raise BadMaterial("图片内容为空")
    return Status(201, {"id": facade.upload(merchant_id, request.body, by=who, now=clock.now())})


@router.get("/materials", response=PageOut[MaterialOut])
def library(request: HttpRequest, query: Query[LibraryIn]) -> dict[str, Any]:
    """素材库: every version, newest first."""
    who, _ = whose(request, *READERS)
    found = facade.library(
        merchant_id=scope(who),
        state=query.state or "",
        kind=query.kind or "",
        product_id=query.product_id,
        after=query.after,
        limit=query.limit,
    )
    return {"items": list(found.items), "next": found.next}


@router.get("/materials/{version_id}", response=MaterialFileOut)
def read(request: HttpRequest, version_id: Id) -> dict[str, Any]:
    """One version with its usage and its sisters."""
    who, _ = whose(request, *READERS)
    found = facade.get(version_id, merchant_id=scope(who))
    shown = MaterialOut.from_orm(found).model_dump()
    sisters = facade.versions(found.material_id, merchant_id=found.merchant_id)
    used = UsageOut.from_orm(facade.usage([found.id])[found.id]).model_dump()
    return shown | {"usage": used, "versions": list(sisters)}


@router.get("/materials/{version_id}/preview", response={200: None})
def preview(request: HttpRequest, version_id: Id) -> HttpResponse:
    """A poster template with goods of nobody."""
    who, _ = whose(request, *READERS)
    found = facade.get(version_id, merchant_id=scope(who))
    if found.kind is not MaterialKind.POSTER:
        raise BadMaterial("只有海报模板需要预览")
    return HttpResponse(facade.preview(found, now=clock.now()), content_type="image/webp")


@router.post("/materials", response={201: MaterialOut})
def create(request: HttpRequest, body: DraftIn) -> Status[Material]:
    """新建素材: a draft."""
    who, merchant_id = whose(request, *KEEPERS)
    return Status(201, facade.create(body.draft(), merchant_id=merchant_id, by=who, now=clock.now()))


@router.post("/materials/{version_id}/versions", response={201: MaterialOut})
def change(request: HttpRequest, version_id: Id, body: DraftIn) -> Status[Material]:
    """修改: the next version, a draft. What is approved stays until that one is approved."""
    who, merchant_id = whose(request, *KEEPERS)
    made = facade.change(version_id, body.draft(), merchant_id=merchant_id, by=who, now=clock.now())
    return Status(201, made)


@router.post("/materials/{version_id}/submit", response=MaterialOut)
def submit(request: HttpRequest, version_id: Id) -> Material:
    """提交审核."""
    who, merchant_id = whose(request, *KEEPERS)
    return facade.submit(version_id, merchant_id=merchant_id, by=who, now=clock.now())


@router.post("/materials/{version_id}/recall", response=MaterialOut)
def recall(request: HttpRequest, version_id: Id) -> Material:
    """撤回: before anybody decided."""
    who, merchant_id = whose(request, *KEEPERS)
    return facade.recall(version_id, merchant_id=merchant_id, by=who)


@router.post("/materials/{version_id}/approve", response=MaterialOut)
def approve(request: HttpRequest, version_id: Id) -> Material:
    """审核通过: never one's own."""
    who, _ = whose(request, *DECIDERS)
    return facade.approve(version_id, by=who, now=clock.now())


@router.post("/materials/{version_id}/refuse", response=MaterialOut)
def refuse(request: HttpRequest, version_id: Id, body: ReasonIn) -> Material:
    """审核不通过, with a reason its author reads."""
    who, _ = whose(request, *DECIDERS)
    return facade.refuse(version_id, by=who, reason=body.reason, now=clock.now())


@router.post("/materials/{version_id}/withdraw", response=MaterialOut)
def withdraw(request: HttpRequest, version_id: Id, body: ReasonIn) -> Material:
    """下架: by its shop or by the platform."""
    who, _ = whose(request, *KEEPERS, Role.REVIEWER)
    return facade.withdraw(version_id, by=who, reason=body.reason, merchant_id=scope(who))
