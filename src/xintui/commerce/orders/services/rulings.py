"""A dispute was decided for the buyer: the money goes back the way every refund does, the shop is not asked again."""

from datetime import datetime

from django.db import transaction

from xintui.commerce.orders import models, rules
from xintui.commerce.orders.contracts import (
    AfterSale,
    AfterSaleKind,
    AfterSaleState,
    AfterSaleVerb,
    OrderNotFound,
    OrderState,
    Protection,
    RefundPart,
)
from xintui.commerce.orders.rules import LineRoom
from xintui.commerce.orders.services import aftersales, cases
from xintui.commerce.orders.services.cases import Step, Wanted
from xintui.commerce.orders.services.placing import RULING
from xintui.kernel.ids import new_id

WAITING = (AfterSaleState.APPLIED, AfterSaleState.AWAITING_RETURN)
"""Where a request has its money reserved and nobody has acted on it: a ruling takes its place."""


@transaction.atomic
def pay_ruling(order_id: str, line_id: str, fen: int, *, reason: str, now: datetime) -> AfterSale | None:
    """Send the buyer `fen` of this line, or what of it can still go back; None where nothing can.

    Raises `OrderNotFound`, `TooManyRefunds`.
    """
    order = models.Order.objects.select_for_update().filter(id=order_id).first()
    if order is None or OrderState(order.state) not in rules.PAYABLE | {OrderState.REFUNDED}:
        raise OrderNotFound(order_id)
    _make_way(order, line_id, fen, now)
    lines = {line.id: line for line in models.Line.objects.filter(merchant_id=order.merchant_id, order_id=order.id)}
    rooms = {
        line.id: LineRoom(line.paid_fen - line.refund_pending_fen - line.refunded_fen, line.qty - line.return_qty)
        for line in lines.values()
    }
    part = RefundPart(line_id, min(fen, rooms[line_id].open_fen))
    if not part.fen:
        return None
    open_fen = order.total_fen - order.refund_pending_fen - order.refunded_fen
    freight_fen = rules.freight_back(order.shipped_at is not None, [part], rooms, open_fen)
    sale = models.AfterSale(
        id=new_id("afs"),
        merchant_id=order.merchant_id,
        order_id=order.id,
        buyer_id=order.buyer_id,
        kind=AfterSaleKind.REFUND_ONLY.value,
        state=AfterSaleState.APPLIED,
        freight_fen=freight_fen,
        total_fen=part.fen + freight_fen,
        restock=False,
        reason=reason,
        protection=Protection.NOT_A_RETURN.value,
        applied_at=now,
    )
    cases.reserve([(sale, [part])])
    sale.save(force_insert=True)
    aftersales.part_of(sale, part, lines[line_id]).save(force_insert=True)
    order.refund_pending_fen += sale.total_fen
    return aftersales.carry_out([Step(order, sale, AfterSaleVerb.APPROVE_REFUND, RULING, now)])[0]


@transaction.atomic
def pay_ruling_again(after_sale_id: str, *, now: datetime) -> AfterSale:
    """The gateway refused: under a new number. Raises `AfterSaleNotFound`, `NoSuchMove`, `RefundTooLarge`."""
    ((order, sale),) = cases.locked([Wanted(after_sale_id)])
    return aftersales.carry_out([Step(order, sale, AfterSaleVerb.RETRY, RULING, now)])[0]


def _make_way(order: models.Order, line_id: str, fen: int, now: datetime) -> None:
    """A request that waits for the same money, of this line alone, ends with the ruling."""
    line = models.Line.objects.filter(merchant_id=order.merchant_id, order_id=order.id, id=line_id).first()
    if line is None:
        raise OrderNotFound(order.id)
    if line.paid_fen - line.refunded_fen - line.refund_pending_fen >= fen:
        return
    found = models.AfterSale.objects.select_for_update().filter(
        merchant_id=order.merchant_id, order_id=order.id, state__in=WAITING
    )
    for sale in found.order_by("id"):
        parts = models.AfterSaleLine.objects.filter(merchant_id=order.merchant_id, aftersale_id=sale.id)
        if set(parts.values_list("line_id", flat=True)) == {line_id}:
            cases.advance([Step(order, sale, AfterSaleVerb.CANCEL, RULING, now)])
    order.refresh_from_db()
