"""隐私中心: what is done with my data, my word on it, and a copy of all of it. Leaving is asked for at the entrance."""

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Router, Status
from pydantic import Field

from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import NotAllowed, Principal
from xintui.infra import clock
from xintui.infra.http import Id, In, Out, Text
from xintui.trust.privacy import facade
from xintui.trust.privacy.contracts import GROUND_NAMES, Export, ExportState, Ground, Standing

router = Router(tags=["个人信息"])
Code = Annotated[Text, Field(pattern=r"^[a-z_]{2,32}$")]


class PurposeOut(Out):
    """`given`: null where nobody has to be asked."""

    code: str
    version: str
    name: str
    says: str
    data: list[str]
    given_to: str
    ground: Ground
    ground_name: str
    law: str
    retention: str
    effect: str
    given: bool | None
    at: datetime | None


class ConsentLineOut(Out):
    purpose: str
    version: str
    given: bool
    at: datetime


class PrivacyOut(Out):
    purposes: list[PurposeOut]
    history: list[ConsentLineOut]


class DecideIn(In):
    given: bool


class ExportOut(Out):
    id: str
    state: ExportState
    asked_at: datetime
    ready_at: datetime | None
    expires_at: datetime | None
    size: int
    sha256: str


class ExportsOut(Out):
    items: list[ExportOut]
    days: int


def person(request: HttpRequest) -> Principal:
    who = identity.require(request.principal)  # type: ignore[attr-defined]
    if who.merchant_id is not None:
        raise NotAllowed
    return who


def _told(found: tuple[Standing, ...], user_id: str) -> dict[str, Any]:
    purposes = [
        {
            **{name: getattr(one.purpose, name) for name in PurposeOut.model_fields if hasattr(one.purpose, name)},
            "data": list(one.purpose.data),
            "ground_name": GROUND_NAMES[one.purpose.ground],
            "given": one.given,
            "at": one.at,
        }
        for one in found
    ]
    return {"purposes": purposes, "history": list(facade.history(user_id))}


@router.get("/purposes", response=PrivacyOut)
def mine(request: HttpRequest) -> dict[str, Any]:
    """授权管理: every purpose with its ground, and my word where it is asked."""
    who = person(request)
    return _told(facade.standings(who.user_id, now=clock.now()), who.user_id)


@router.post("/purposes/{purpose}", response=PrivacyOut)
def decide(request: HttpRequest, purpose: Code, body: DecideIn) -> dict[str, Any]:
    """Agree, or withdraw as easily."""
    who = person(request)
    device: str = request.device_id  # type: ignore[attr-defined]
    found = facade.decide(who.user_id, purpose, given=body.given, device_id=device, now=clock.now())
    return _told(found, who.user_id)


@router.get("/exports", response=ExportsOut)
def exports(request: HttpRequest) -> dict[str, Any]:
    """The copies I asked for."""
    return {"items": list(facade.exports(person(request).user_id)), "days": facade.days("export_days")}


@router.post("/exports", response={201: ExportOut})
def ask(request: HttpRequest) -> Status[Export]:
    """One tap: the worker composes it."""
    return Status(201, facade.ask(person(request).user_id, now=clock.now()))


@router.get("/exports/{export_id}/file", response={200: None})
def download(request: HttpRequest, export_id: Id) -> HttpResponse:
    """The ZIP, after proving again who asks."""
    who, now = person(request), clock.now()
    identity.require_fresh(who, request.device_id, now=now)  # type: ignore[attr-defined]
    response = HttpResponse(facade.open_export(export_id, by=who, now=now), content_type="application/zip")
    response["Content-Disposition"] = 'attachment; filename="xintui-my-data.zip"'
    response["Cache-Control"] = "no-store"
    return response
