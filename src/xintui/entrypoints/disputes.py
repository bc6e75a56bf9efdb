"""POST /disputes: a buyer complains. Whose account is behind the line's promoter is known here and handed down.

POST /disputes/…/repay: and pays back what a reversed ruling had paid him first, at the cashier that orders use.
"""

from typing import Final

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from ninja import Router, Status

from xintui.commerce.disputes import facade
from xintui.commerce.disputes.contracts import Complaint
from xintui.commerce.disputes.http.parties import person
from xintui.commerce.disputes.http.shapes import DisputeFileOut, FileIn, as_out
from xintui.commerce.orders import facade as orders
from xintui.commerce.orders.http.buyer import PayIn
from xintui.commerce.orders.http.shapes import PayParamsOut
from xintui.foundation.identity import facade as identity
from xintui.foundation.payments import facade as payments
from xintui.foundation.payments.contracts import Channel, PayParams
from xintui.infra import clock
from xintui.infra.http import AmountFen, Id
from xintui.promotion.promoters import facade as promoters

router: Final = Router(tags=["投诉与纠纷"])


def promoter_behind(order_id: str, line_id: str, *, buyer_id: str) -> str:
    """The account of whoever brought this line to its buyer, or nothing. Raises `OrderNotFound`."""
    with transaction.atomic():
        order = orders.order_file(order_id, buyer_id=buyer_id).order
    promoter_id = next((line.promoter_id for line in order.lines if line.id == line_id), "")
    return promoters.one(promoter_id).user_id if promoter_id else ""


@router.post("", response={201: DisputeFileOut})
def file(request: HttpRequest, body: FileIn) -> Status[DisputeFileOut]:
    """投诉: about a line of a paid order. Its deadline clock starts at once."""
    who = person(request)
    behind = promoter_behind(body.order_id, body.line_id, buyer_id=who.user_id)
    made = facade.file(Complaint(**body.dict(), promoter_user_id=behind), by=who, now=clock.now())
    return Status(201, as_out(made))


class RepayIn(PayIn):
    """`fen`: all that is owed, or a part of it."""

    fen: AmountFen


@router.post("/{dispute_id}/repay", response=PayParamsOut)
def repay(request: HttpRequest, dispute_id: Id, body: RepayIn) -> PayParams:
    """What the device needs to pay back. The payment's row is committed before the gateway is asked."""
    who, now = person(request), clock.now()
    openid, channel = identity.openid_of(who.user_id), Channel(body.channel)
    payment = facade.repay(dispute_id, body.fen, openid=openid, channel=channel, psp=body.method, by=who, now=now)
    there = settings.PUBLIC_URL.rstrip("/") + (body.back or "/m/disputes/debts")
    return payments.pay_params(payment.id, now=now, client_ip=identity.caller_ip(), return_url=there)
