"""仅退款 and 退货退款: asked by the buyer, decided by the merchant, by line and amount.

The money is reserved on the line and on the order the moment it is asked for, so that no two requests can ever share a
fen; it is settled when the PSP says that it is back, and free again when the request ends otherwise.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F

from xintui.commerce.orders import models, queries, rules
from xintui.commerce.orders.contracts import (
    AfterSale,
    AfterSaleKind,
    AfterSaleNotFound,
    AfterSaleState,
    AfterSaleVerb,
    BadAfterSale,
    OrderNotFound,
    OrderState,
    RefundPart,
    RefundTooLarge,
    TooManyRefunds,
)
from xintui.commerce.orders.rules import LineRoom
from xintui.commerce.orders.services.placing import log
from xintui.commerce.orders.terms import term
from xintui.foundation.payments import facade as payments
from xintui.kernel.ids import new_id

V = AfterSaleVerb


@transaction.atomic
def request_after_sale(
    order_id: str, *, buyer_id: str, kind: AfterSaleKind, parts: Sequence[RefundPart], reason: str, now: datetime
) -> AfterSale:
    """Ask for money back, line by line. Raises `OrderNotFound`, `BadAfterSale`, `RefundTooLarge`."""
    order = models.Order.objects.select_for_update().filter(id=order_id, buyer_id=buyer_id).first()
    if order is None:
        raise OrderNotFound(order_id)
    if OrderState(order.state) not in rules.REFUNDABLE:
        raise BadAfterSale("订单当前不可申请售后")
    if kind is AfterSaleKind.RETURN_REFUND and order.shipped_at is None:
        raise BadAfterSale("尚未发货，请选择仅退款")
    rooms = {
        line.id: LineRoom(line.paid_fen - line.refund_pending_fen - line.refunded_fen, line.qty - line.return_qty)
        for line in models.Line.objects.filter(order_id=order_id, merchant_id=order.merchant_id)
    }
    rules.check_parts(parts, rooms, kind)
    open_fen = order.total_fen - order.refund_pending_fen - order.refunded_fen
    freight_fen = rules.freight_back(order.shipped_at is not None, parts, rooms, open_fen)
    sale = models.AfterSale(
        id=new_id("afs"),
        merchant_id=order.merchant_id,
        order_id=order_id,
        buyer_id=buyer_id,
        kind=kind.value,
        state=AfterSaleState.APPLIED,
        freight_fen=freight_fen,
        total_fen=sum(part.fen for part in parts) + freight_fen,
        reason=reason.strip()[:200],
        restock=order.shipped_at is None,
        applied_at=now,
    )
    reserve(order, sale, parts)
    sale.save(force_insert=True)
    models.AfterSaleLine.objects.bulk_create(
        models.AfterSaleLine(
            id=new_id("rfl"),
            merchant_id=order.merchant_id,
            aftersale_id=sale.id,
            line_id=p.line_id,
            fen=p.fen,
            qty=p.qty,
        )
        for p in parts
    )
    log([order], "apply", now, actor="buyer", more=sale.reason)
    return queries.after_sale(sale.id)


def reserve(order: models.Order, sale: models.AfterSale, parts: Sequence[RefundPart], sign: int = 1) -> None:
    """Take the amounts from (sign −1: give them back to) what can still be refunded: relative, under CHECK."""
    try:
        with transaction.atomic():
            for part in sorted(parts, key=lambda p: p.line_id):
                models.Line.objects.filter(id=part.line_id, order_id=order.id, merchant_id=order.merchant_id).update(
                    refund_pending_fen=F("refund_pending_fen") + sign * part.fen,
                    return_qty=F("return_qty") + sign * part.qty,
                )
            models.Order.objects.filter(id=order.id, merchant_id=order.merchant_id).update(
                refund_pending_fen=F("refund_pending_fen") + sign * sale.total_fen
            )
    except IntegrityError as error:
        name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", "") or ""
        if name.endswith("refunded_within_paid") or name == "orders_line_returns":
            raise RefundTooLarge(parts[0].line_id if len(parts) == 1 else order.id) from error
        raise


@transaction.atomic
def decide_after_sale(
    after_sale_id: str,
    *,
    merchant_id: str,
    approve: bool,
    actor: str,
    now: datetime,
    note: str = "",
    restock: bool = False,
) -> AfterSale:
    """The merchant agrees or not; for a return also when the goods are back. Raises `AfterSaleNotFound`, `NoSuchMove`.

    What to do follows from where the request stands: 仅退款 is refunded, a return is sent back first.
    """
    order, sale = _locked(after_sale_id, merchant_id=merchant_id)
    state = AfterSaleState(sale.state)
    if not approve:
        return advance(order, sale, V.REJECT, actor=actor, now=now, note=note)
    if state is AfterSaleState.APPLIED and sale.kind == AfterSaleKind.RETURN_REFUND:
        return advance(order, sale, V.APPROVE_RETURN, actor=actor, now=now, note=note)
    if state is AfterSaleState.RETURNING:
        sale.restock = restock
        return _refund(order, sale, V.ACCEPT_RETURN, actor=actor, now=now, note=note)
    if state is AfterSaleState.REFUND_FAILED:
        reserve(order, sale, _parts(sale))
        return _refund(order, sale, V.RETRY, actor=actor, now=now, note=note)
    return _refund(order, sale, V.APPROVE_REFUND, actor=actor, now=now, note=note)


@transaction.atomic
def send_back(after_sale_id: str, *, buyer_id: str, carrier: str, tracking_no: str, now: datetime) -> AfterSale:
    """The buyer has posted the goods. Raises `AfterSaleNotFound`, `NoSuchMove`."""
    order, sale = _locked(after_sale_id, buyer_id=buyer_id)
    sale.return_carrier, sale.return_no = carrier.strip(), tracking_no.strip()
    return advance(order, sale, V.SEND_BACK, actor="buyer", now=now, note=f"{sale.return_carrier} {sale.return_no}")


@transaction.atomic
def cancel_after_sale(after_sale_id: str, *, buyer_id: str, now: datetime) -> AfterSale:
    """The buyer withdraws the request. Raises `AfterSaleNotFound`, `NoSuchMove`."""
    order, sale = _locked(after_sale_id, buyer_id=buyer_id)
    return advance(order, sale, V.CANCEL, actor="buyer", now=now)


def _locked(after_sale_id: str, *, merchant_id: str = "", buyer_id: str = "") -> tuple[models.Order, models.AfterSale]:
    """The order first, then its after-sale: the same order everywhere."""
    found = models.AfterSale.objects.filter(id=after_sale_id)
    found = found.filter(merchant_id=merchant_id) if merchant_id else found.filter(buyer_id=buyer_id)
    seen = found.first()
    if seen is None:
        raise AfterSaleNotFound(after_sale_id)
    order = models.Order.objects.select_for_update().get(id=seen.order_id, merchant_id=seen.merchant_id)
    return order, models.AfterSale.objects.select_for_update().get(id=after_sale_id, merchant_id=seen.merchant_id)


def _parts(sale: models.AfterSale) -> list[RefundPart]:
    rows = models.AfterSaleLine.objects.filter(aftersale_id=sale.id, merchant_id=sale.merchant_id)
    return [RefundPart(row.line_id, row.fen, row.qty) for row in rows]


def advance(
    order: models.Order, sale: models.AfterSale, verb: V, *, actor: str, now: datetime, note: str = ""
) -> AfterSale:
    """Move the request on; a verb that ends it without money frees what it had reserved."""
    before = AfterSaleState(sale.state)
    sale.state = rules.AFTERSALE_FLOW.after(before, verb)
    if verb in rules.RELEASING and before is not AfterSaleState.REFUND_FAILED:
        reserve(order, sale, _parts(sale), sign=-1)
    if actor != "buyer":
        sale.decided_at, sale.decision = now, note or sale.decision
    sale.save()
    log([order], verb.value, now, actor=actor, more=note)
    return queries.after_sale(sale.id)


def _refund(order: models.Order, sale: models.AfterSale, verb: V, *, actor: str, now: datetime, note: str) -> AfterSale:
    """Write the instruction to the PSP; the effect comes when the PSP says that the money is back."""
    rules.AFTERSALE_FLOW.after(AfterSaleState(sale.state), verb)
    try:
        with transaction.atomic():
            models.Order.objects.filter(id=order.id, merchant_id=order.merchant_id).update(refunds=F("refunds") + 1)
    except IntegrityError as error:
        if getattr(getattr(error.__cause__, "diag", None), "constraint_name", "") == "orders_order_refund_count":
            raise TooManyRefunds(order.id, term("max_refunds")) from error
        raise
    sale.refund_id = new_id("rfd")
    payments.request_refund(sale.refund_id, order.payment_id, sale.total_fen, sale.reason or "售后退款", now=now)
    return advance(order, sale, verb, actor=actor, now=now, note=note)
