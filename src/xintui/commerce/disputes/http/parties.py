"""A dispute for the two sides of it: read, answered, proved, withdrawn, appealed. Who is which side it knows.

Filing stands in `entrypoints/disputes.py`, which knows whose account is behind a promoter.
"""

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Router, Status
from pydantic import Field

from xintui.commerce.disputes import facade
from xintui.commerce.disputes.contracts import Answer, BadEvidence, DisputeNotFound, File
from xintui.commerce.disputes.http.shapes import (
    AnswerIn,
    DisputeFileOut,
    DisputeOut,
    FileOut,
    FingerprintIn,
    KindsOut,
    ListIn,
    MineIn,
    TakeIn,
    WordsIn,
    as_out,
    one_out,
)
from xintui.commerce.disputes.links import address, as_zip, fetched
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import NotAllowed, Principal, Role
from xintui.infra import clock, tenancy
from xintui.infra.http import Id, PageOut, Query, page_out
from xintui.kernel.times import accounting_date

router = Router(tags=["投诉与纠纷"])
HANDLERS = frozenset({Role.MERCHANT_OWNER, Role.MERCHANT_SERVICE})
Token = Annotated[str, Field(pattern=r"^[0-9A-Za-z._-]{1,120}$")]


def person(request: HttpRequest) -> Principal:
    """A buyer or promoter as the person they are: a shop's token sees its own tenant only."""
    who = identity.require(request.principal)  # type: ignore[attr-defined]
    if who.merchant_id is not None:
        raise NotAllowed
    return who


def party(request: HttpRequest) -> Principal:
    """A person, or somebody of a shop who may speak for it."""
    who = identity.require(request.principal)  # type: ignore[attr-defined]
    if who.merchant_id is not None and not who.has(*HANDLERS):
        raise NotAllowed
    return who


@router.get("/kinds", response=KindsOut)
def kinds(request: HttpRequest) -> dict[str, Any]:
    """投诉事由: what may be complained of, who answers, what is asked for, and every deadline."""
    identity.require(request.principal)  # type: ignore[attr-defined]
    terms = facade.terms(accounting_date(clock.now()))
    return {
        "version": terms.version,
        "source": terms.source,
        "answer_hours": terms.answer.total_seconds() // 3600,
        "arbitration_hours": terms.arbitration.total_seconds() // 3600,
        "pay_hours": terms.pay.total_seconds() // 3600,
        "appeal_days": terms.appeal.days,
        "small_fen": terms.small_fen,
        "files_per_side": terms.files_per_side,
        "items": list(terms.kinds.values()),
    }


@router.get("/mine", response=PageOut[DisputeOut])
def mine(request: HttpRequest, query: Query[MineIn]) -> dict[str, Any]:
    """我的投诉, newest first; `state`: one of its states, `open` or `ended`."""
    return page_out(facade.of_buyer(person(request).user_id, **query.dict()), one_out)


@router.get("/promoter", response=PageOut[DisputeOut])
def against_promoter(request: HttpRequest, query: Query[ListIn]) -> dict[str, Any]:
    """The complaints about what you, a promoter, have said."""
    return page_out(facade.of_promoter(person(request).user_id, **query.dict()), one_out)


@router.get("/shop", response=PageOut[DisputeOut])
def of_shop(request: HttpRequest, query: Query[ListIn]) -> dict[str, Any]:
    """店铺收到的投诉."""
    _, merchant_id = identity.require_merchant(request.principal)  # type: ignore[attr-defined]
    return page_out(facade.of_shop(merchant_id, **query.dict()), one_out)


@router.get("/{dispute_id}", response=DisputeFileOut)
def read(request: HttpRequest, dispute_id: Id) -> DisputeFileOut:
    """One dispute whole, for its parties and the platform's people."""
    who = identity.require(request.principal)  # type: ignore[attr-defined]
    return as_out(facade.read(dispute_id, who))


@router.get("/files/{token}", auth=None, response={200: None, 404: None})
def picture(request: HttpRequest, token: Token) -> HttpResponse:
    """A picture, by the address that a party was given an hour ago at most."""
    file_id = fetched(token)
    with tenancy.as_platform():
        found = facade.picture(file_id) if file_id else None
    if found is None:
        raise DisputeNotFound(token[:32])
    answer = HttpResponse(found.content, content_type="image/webp")
    answer["Cache-Control"] = "private, max-age=600"
    return answer


@router.post("/{dispute_id}/pack", response={200: None})
def pack(request: HttpRequest, dispute_id: Id) -> HttpResponse:
    """证据包: a ZIP of everything with hashes and inclusion proofs, for `xintui verify`; its digest is written down."""
    who = identity.require(request.principal)  # type: ignore[attr-defined]
    return as_zip(facade.pack(dispute_id, by=who, now=clock.now()))


@router.post("/{dispute_id}/evidence", response={201: FileOut})
def add_picture(request: HttpRequest, dispute_id: Id) -> Status[FileOut]:
    """A picture as the raw request body."""
    who = party(request)
    if not request.body:
        raise BadEvidence("图片内容为空")
    return Status(201, _file(facade.add_picture(dispute_id, request.body, by=who, now=clock.now())))


@router.post("/{dispute_id}/fingerprints", response={201: FileOut})
def add_fingerprint(request: HttpRequest, dispute_id: Id, body: FingerprintIn) -> Status[FileOut]:
    """The SHA-256 of a file that you keep: it can be shown later that it is the same."""
    made = facade.add_fingerprint(dispute_id, **body.dict(), by=party(request), now=clock.now())
    return Status(201, _file(made))


@router.post("/{dispute_id}/answer", response=DisputeFileOut)
def answer(request: HttpRequest, dispute_id: Id, body: AnswerIn) -> DisputeFileOut:
    """答复: accept, offer a smaller sum, or contest."""
    said = Answer(body.stand, body.words, body.offer_fen or 0)
    return as_out(facade.answer(dispute_id, said, by=party(request), now=clock.now()))


@router.post("/{dispute_id}/offer", response=DisputeFileOut)
def decide_offer(request: HttpRequest, dispute_id: Id, body: TakeIn) -> DisputeFileOut:
    """The buyer takes the smaller sum, or wants a ruling."""
    who = person(request)
    return as_out(facade.decide_offer(dispute_id, body.take, words=body.words, by=who, now=clock.now()))


@router.post("/{dispute_id}/withdraw", response=DisputeFileOut)
def withdraw(request: HttpRequest, dispute_id: Id) -> DisputeFileOut:
    """撤回投诉."""
    return as_out(facade.withdraw(dispute_id, by=person(request), now=clock.now()))


@router.post("/{dispute_id}/appeal", response=DisputeFileOut)
def appeal(request: HttpRequest, dispute_id: Id, body: WordsIn) -> DisputeFileOut:
    """申诉: whoever the ruling went against, in part too, once, to a human."""
    return as_out(facade.appeal(dispute_id, body.words, by=party(request), now=clock.now()))


def _file(one: File) -> FileOut:
    return FileOut(
        id=one.id, side=one.side, kind=one.kind, name=one.name, sha256=one.sha256, size=one.size, words=one.words,
        at=one.at, url=address(one),
    )  # fmt: skip
