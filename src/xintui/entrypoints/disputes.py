"""POST /disputes: a buyer complains. Whose account is behind the line's promoter is known here and handed down."""

from typing import Final

from django.db import transaction
from django.http import HttpRequest
from ninja import Router, Status

from xintui.commerce.disputes import facade
from xintui.commerce.disputes.contracts import Complaint
from xintui.commerce.disputes.http.parties import person
from xintui.commerce.disputes.http.shapes import DisputeFileOut, FileIn, as_out
from xintui.commerce.orders import facade as orders
from xintui.infra import clock
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
