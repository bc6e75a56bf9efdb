"""The first page for everybody, and who fills it."""

from datetime import datetime
from typing import Annotated

from django.http import HttpRequest
from ninja import Router, Status
from pydantic import Field

from xintui.commerce.catalog import facade
from xintui.commerce.catalog.contracts import Home, Pick, Slot
from xintui.commerce.catalog.http.goods import CardOut
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Role
from xintui.infra import clock
from xintui.infra.http import Id, In, Out, Query, Text

router = Router(tags=["首页"])
DESK = (Role.OPERATOR, Role.REVIEWER, Role.FINANCE, Role.AUDITOR)


class HomeOut(Out):
    recommended: list[CardOut]
    hot: list[CardOut]
    newcomer: list[CardOut]


class HomeIn(In):
    limit: Annotated[int, Field(ge=1, le=20)] = 10


class PickOut(Out):
    slot: Slot
    product_id: str
    position: int
    note: str
    picked_by: str
    picked_at: datetime


class PickIn(In):
    position: Annotated[int, Field(ge=1, le=999)] = 100
    note: Annotated[Text, Field(min_length=1, max_length=200)]


@router.get("/home", response=HomeOut, auth=None)
def home(request: HttpRequest, query: Query[HomeIn]) -> Home:
    """推荐 (picked), 热卖 (units of the last 30 days), 新人专区 (picked)."""
    return facade.home(limit=query.limit)


@router.get("/picks", response=list[PickOut])
def picks(request: HttpRequest) -> list[Pick]:
    """What operators picked for the first page, on sale or not."""
    identity.require(request.principal, *DESK)  # type: ignore[attr-defined]
    return facade.picks()


@router.put("/picks/{slot}/{product_id}", response=PickOut)
def pick(request: HttpRequest, slot: Slot, product_id: Id, body: PickIn) -> Pick:
    """放入首页, or move within the slot: smaller positions stand first."""
    who = identity.require(request.principal, Role.OPERATOR)  # type: ignore[attr-defined]
    return facade.pick(slot, product_id, position=body.position, by=who, now=clock.now(), note=body.note)


@router.delete("/picks/{slot}/{product_id}", response={204: None})
def unpick(request: HttpRequest, slot: Slot, product_id: Id) -> Status[None]:
    """从首页撤下."""
    who = identity.require(request.principal, Role.OPERATOR)  # type: ignore[attr-defined]
    facade.unpick(slot, product_id, by=who)
    return Status(204, None)
