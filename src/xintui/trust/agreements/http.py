"""协议公示 for everybody; what one has agreed to, and agreeing, for who is logged in."""

from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Router
from pydantic import Field

from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import NotAllowed, Principal
from xintui.infra import clock
from xintui.infra.http import In, Out, Query, Text
from xintui.kernel.times import accounting_date
from xintui.trust.agreements import facade
from xintui.trust.agreements.contracts import Document

router = Router(tags=["协议"])
Code = Annotated[Text, Field(pattern=r"^[a-z_]{2,24}$")]
Version = Annotated[Text, Field(pattern=r"^[0-9A-Za-z.-]{0,24}$")]


class HeadOut(Out):
    code: str
    version: str
    title: str
    summary: str
    valid_from: date


class HeadsOut(Out):
    items: list[HeadOut]


class DocumentOut(HeadOut):
    """`versions`: every version there was, the newest first; old ones stay readable."""

    clauses: list[str]
    source: str
    in_force: bool
    versions: list[HeadOut]


class AcceptanceOut(Out):
    code: str
    version: str
    at: datetime


class MineOut(Out):
    """`due`: what has to be read and agreed to (again)."""

    due: list[HeadOut]
    accepted: list[AcceptanceOut]


class VersionIn(In):
    version: Version = ""


class AcceptIn(In):
    version: Annotated[Text, Field(pattern=r"^[0-9A-Za-z.-]{1,24}$")]


def person(request: HttpRequest) -> Principal:
    who = identity.require(request.principal)  # type: ignore[attr-defined]
    if who.merchant_id is not None:
        raise NotAllowed
    return who


@router.get("/agreements", response=HeadsOut, auth=None)
def listing(request: HttpRequest) -> dict[str, list[Document]]:
    """The texts in force."""
    return {"items": list(facade.current(accounting_date(clock.now())).values())}


@router.get("/agreements/{document}", response=DocumentOut, auth=None)
def read(request: HttpRequest, document: Code, query: Query[VersionIn]) -> dict[str, Any]:
    """One text, in force or an older version of it."""
    today = accounting_date(clock.now())
    found = facade.document(document, query.version, on=today)
    return {
        "code": found.code,
        "version": found.version,
        "title": found.title,
        "summary": found.summary,
        "valid_from": found.valid_from,
        "clauses": list(found.clauses),
        "source": found.source,
        "in_force": facade.document(document, on=today) == found,
        "versions": list(facade.versions(document)),
    }


@router.get("/me/agreements", response=MineOut)
def mine(request: HttpRequest) -> dict[str, Any]:
    """What I agreed to, and what I am asked (again)."""
    who = person(request)
    return {"due": list(facade.due(who.user_id, now=clock.now())), "accepted": list(facade.accepted(who.user_id))}


@router.post("/me/agreements/{document}", response=MineOut)
def accept(request: HttpRequest, document: Code, body: AcceptIn) -> dict[str, Any]:
    """Agree to the version in force."""
    who = person(request)
    device: str = request.device_id  # type: ignore[attr-defined]
    facade.accept(who.user_id, document, body.version, device_id=device, now=clock.now())
    return mine(request)
