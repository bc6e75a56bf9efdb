"""Applying for a shop, its settings, and the operators' desk."""

from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Router, Status
from pydantic import Field

from xintui.commerce.merchants import facade
from xintui.commerce.merchants.contracts import Merchant, MerchantEvent, Settings
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import NotAllowed, Role
from xintui.infra import clock
from xintui.infra.http import Id, In, Out, PageIn, PageOut, Query, Text

router = Router(tags=["商家"])
READERS = (Role.OPERATOR, Role.REVIEWER, Role.FINANCE, Role.AUDITOR)


class SettingsOut(Out):
    auto_receipt_days: int
    freeze_config: str
    freight_fen: int
    free_freight_from_fen: int
    return_address: str
    shares_profit: bool


class MerchantOut(Out):
    id: str
    name: str
    intro: str
    contact_name: str
    contact_phone_masked: str
    state: str
    settings: SettingsOut
    applied_at: datetime
    activated_at: datetime | None


class EventOut(Out):
    verb: str
    state: str
    actor: str
    note: str
    at: datetime


class ApplyIn(In):
    name: Annotated[Text, Field(min_length=2, max_length=40)]
    contact_name: Annotated[Text, Field(min_length=1, max_length=40)]
    contact_phone: Annotated[str, Field(pattern=r"^1[3-9]\d{9}$")]
    intro: Annotated[Text, Field(max_length=500)] = ""


class SettingsIn(In):
    auto_receipt_days: int = 10
    freeze_config: Annotated[str, Field(pattern=r"^[a-z0-9_-]{1,32}$")] = "default"
    freight_fen: int = 0
    free_freight_from_fen: int = 0
    return_address: Annotated[Text, Field(max_length=200)] = ""
    shares_profit: bool = False


class DecisionIn(In):
    verb: Literal["activate", "reject", "suspend", "resume"]
    note: Annotated[Text, Field(max_length=500)] = ""


class MerchantsIn(PageIn):
    state: Literal["", "applied", "active", "suspended", "rejected", "closed"] = ""
    text: Annotated[Text, Field(max_length=40)] = ""


@router.post("", response={201: MerchantOut})
def apply(request: HttpRequest, body: ApplyIn) -> Status[Merchant]:
    """申请入驻. Anybody known may apply; an operator decides."""
    who = identity.require(request.principal)  # type: ignore[attr-defined]
    if who.merchant_id is not None:
        raise NotAllowed  # somebody who acts for one shop cannot write another's row; apply as a person
    return Status(201, facade.register(**body.dict(), actor=who.user_id, now=clock.now()))


@router.get("/mine", response=MerchantOut)
def mine(request: HttpRequest) -> Merchant:
    """The shop that the asker works for."""
    _, merchant_id = identity.require_merchant(request.principal)  # type: ignore[attr-defined]
    return facade.get(merchant_id)


@router.put("/mine/settings", response=MerchantOut)
def settings(request: HttpRequest, body: SettingsIn) -> Merchant:
    """The shop's own settings; they hold from now on."""
    who, merchant_id = identity.require_merchant(request.principal, Role.MERCHANT_OWNER)  # type: ignore[attr-defined]
    return facade.change_settings(merchant_id, Settings(**body.dict()), actor=who, now=clock.now())


@router.get("", response=PageOut[MerchantOut])
def listing(request: HttpRequest, query: Query[MerchantsIn]) -> dict[str, Any]:
    """All merchants, for the platform's people."""
    identity.require(request.principal, *READERS)  # type: ignore[attr-defined]
    found = facade.listing(state=query.state, text=query.text, after=query.after, limit=query.limit + 1)
    page = found[: query.limit]
    return {"items": page, "next": page[-1].id if len(found) > query.limit else None}


@router.get("/{merchant_id}", response=MerchantOut)
def read(request: HttpRequest, merchant_id: Id) -> Merchant:
    identity.require(request.principal, *READERS)  # type: ignore[attr-defined]
    return facade.get(merchant_id)


@router.get("/{merchant_id}/history", response=list[EventOut])
def history(request: HttpRequest, merchant_id: Id) -> list[MerchantEvent]:
    """What was decided about a merchant, by whom and why."""
    identity.require(request.principal, *READERS)  # type: ignore[attr-defined]
    return facade.history(merchant_id)


@router.post("/{merchant_id}/decision", response=MerchantOut)
def decide(request: HttpRequest, merchant_id: Id, body: DecisionIn) -> Merchant:
    """开通、驳回、暂停、恢复."""
    who = identity.require(request.principal, Role.OPERATOR)  # type: ignore[attr-defined]
    return facade.decide(merchant_id, body.verb, by=who, now=clock.now(), note=body.note)
