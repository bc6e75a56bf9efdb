"""分账 of an order: the shop's own people for their orders, the platform's money people for all."""

from datetime import datetime
from typing import Annotated

from django.http import HttpRequest
from ninja import Router, Status
from pydantic import Field

from xintui.commerce.orders import facade
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Principal, Role
from xintui.foundation.payments.contracts import Receiver, Share
from xintui.infra import clock
from xintui.infra.http import AmountFen, Id, In, Out, Text

router = Router(tags=["分账"])
ACTORS = (Role.OPERATOR, Role.FINANCE, Role.MERCHANT_OWNER, Role.MERCHANT_FINANCE)
READERS = (*ACTORS, Role.AUDITOR)
ShareId = Annotated[str, Field(pattern=r"^shr[0-9A-Za-z]{10,29}$")]
"""Made by the caller, so that sending it again changes nothing."""
Note = Annotated[Text, Field(max_length=80)]


class ReceiverIn(In):
    type: Annotated[str, Field(pattern=r"^(MERCHANT_ID|PERSONAL_OPENID)$")]
    account: Annotated[str, Field(pattern=r"^[0-9A-Za-z_-]{1,64}$")]
    amount_fen: AmountFen
    description: Annotated[Text, Field(min_length=1, max_length=80)]
    relation: Annotated[
        str,
        Field(
            pattern=r"^(SERVICE_PROVIDER|STORE|STAFF|STORE_OWNER|PARTNER|HEADQUARTER|BRAND|DISTRIBUTOR|USER|SUPPLIER)$"
        ),
    ] = "DISTRIBUTOR"
    name: Annotated[Text, Field(max_length=64)] = ""
    """商户全称; the gateway asks for it where the receiver is a merchant."""


class SplitIn(In):
    share_id: ShareId
    receivers: Annotated[list[ReceiverIn], Field(min_length=1, max_length=50)]
    finish: bool = False
    note: Note = ""


class ReturnIn(In):
    share_id: ShareId
    receiver: Annotated[str, Field(pattern=r"^[0-9]{1,32}$")]
    amount_fen: AmountFen
    note: Note = ""


class ReleaseIn(In):
    share_id: ShareId
    note: Note = ""


class ReceiverOut(Out):
    type: str
    account: str
    amount_fen: int
    description: str


class ResultOut(Out):
    account: str
    amount: str
    result: str
    fail_reason: str


class ShareOut(Out):
    id: str
    kind: str
    state: str
    amount_fen: int
    receivers: list[ReceiverOut]
    results: list[ResultOut]
    of_share: str
    returned_fen: int
    finish: bool
    description: str
    last_message: str
    created_at: datetime
    settled_at: datetime | None


def _who(request: HttpRequest, *roles: Role) -> tuple[Principal, str]:
    """Who asks, and for which shop alone ("" for the platform)."""
    who = identity.require(request.principal, *roles)  # type: ignore[attr-defined]
    return who, who.merchant_id or ""


@router.get("/orders/{order_id}", response=list[ShareOut])
def shares(request: HttpRequest, order_id: Id) -> list[Share]:
    """分账、回退与解冻记录."""
    _, merchant_id = _who(request, *READERS)
    return facade.shares(order_id, merchant_id=merchant_id)


@router.post("/orders/{order_id}/splits", response={201: ShareOut})
def split(request: HttpRequest, order_id: Id, body: SplitIn) -> Status[Share]:
    """发起分账; `finish` releases what is left."""
    who, merchant_id = _who(request, *ACTORS)
    receivers = [Receiver(**one.dict()) for one in body.receivers]
    made = facade.split(
        order_id,
        receivers,
        share_id=body.share_id,
        actor=who,
        now=clock.now(),
        merchant_id=merchant_id,
        finish=body.finish,
        note=body.note,
    )
    return Status(201, made)


@router.post("/orders/{order_id}/splits/{share_id}/return", response={201: ShareOut})
def return_split(request: HttpRequest, order_id: Id, share_id: Id, body: ReturnIn) -> Status[Share]:
    """分账回退: from a merchant receiver; a person cannot return."""
    who, merchant_id = _who(request, *ACTORS)
    made = facade.return_split(
        order_id,
        share_id,
        body.receiver,
        body.amount_fen,
        share_id=body.share_id,
        actor=who,
        now=clock.now(),
        merchant_id=merchant_id,
        note=body.note,
    )
    return Status(201, made)


@router.post("/orders/{order_id}/release", response={201: ShareOut})
def release(request: HttpRequest, order_id: Id, body: ReleaseIn) -> Status[Share]:
    """解冻剩余资金."""
    who, merchant_id = _who(request, *ACTORS)
    made = facade.unfreeze(
        order_id, share_id=body.share_id, actor=who, now=clock.now(), merchant_id=merchant_id, note=body.note
    )
    return Status(201, made)
