"""仅退款, 退货退款 and 换货: asked by the buyer, decided by the merchant, by line and amount.

The money is reserved on the line and on the order the moment it is asked for, so that no two requests can ever share a
fen; it is settled when the PSP says that it is back, and free again when the request ends otherwise.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F

from xintui.commerce.catalog import facade as catalog
from xintui.commerce.orders import models, queries, rules
from xintui.commerce.orders.contracts import (
    PROTECTION_NAMES,
    AfterSale,
    AfterSaleKind,
    AfterSaleState,
    AfterSaleVerb,
    BadAfterSale,
    OrderNotFound,
    OrderState,
    Protection,
    RefundPart,
    ReturnMayNotBeRefused,
    TooManyRefunds,
)
from xintui.commerce.orders.rules import LineRoom
from xintui.commerce.orders.services import cases, exchanges
from xintui.commerce.orders.services.cases import Actor, advance, reserve
from xintui.commerce.orders.services.placing import log
from xintui.commerce.orders.terms import term
from xintui.foundation.payments import facade as payments
from xintui.kernel.ids import new_id
from xintui.kernel.times import accounting_date

V = AfterSaleVerb


@transaction.atomic
def request_after_sale(
    order_id: str,
    *,
    buyer_id: str,
    kind: AfterSaleKind,
    parts: Sequence[RefundPart],
    reason: str,
    now: datetime,
    exchange_sku_id: str = "",
) -> AfterSale:
    """Ask for money back or for other pieces, line by line. Raises `OrderNotFound`, `BadAfterSale`, `RefundTooLarge`.

    `exchange_sku_id`: what to send instead (换货); without it the same as was bought.
    """
    order = models.Order.objects.select_for_update().filter(id=order_id, buyer_id=buyer_id).first()
    if order is None:
        raise OrderNotFound(order_id)
    if OrderState(order.state) not in rules.REFUNDABLE:
        raise BadAfterSale("订单当前不可申请售后")
    if kind is not AfterSaleKind.REFUND_ONLY and order.shipped_at is None:
        raise BadAfterSale("尚未发货，请选择仅退款")
    lines = {x.id: x for x in models.Line.objects.filter(order_id=order_id, merchant_id=order.merchant_id)}
    sku_id, spec = "", ""
    if kind is AfterSaleKind.EXCHANGE:
        if len(parts) != 1 or parts[0].line_id not in lines:
            raise BadAfterSale("换货一次选择订单里的一行商品")
        line = lines[parts[0].line_id]
        parts = [exchanges.priced(parts[0], line)]
        sku_id, spec = exchanges.chosen(line, parts[0].qty, exchange_sku_id)
    elif exchange_sku_id:
        raise BadAfterSale("只有换货才填写换成的规格")
    sale = _drafted(order, lines, kind, parts, now)
    sale.reason, sale.exchange_sku_id, sale.exchange_spec = reason.strip()[:200], sku_id, spec
    reserve(order, sale, parts)
    _insert(sale, lines, parts)
    log([order], "apply", now, actor="buyer", more=sale.reason)
    cases.tell(sale, "apply", "buyer", "", now)
    return queries.after_sale(sale.id)


def _drafted(
    order: models.Order,
    lines: dict[str, models.Line],
    kind: AfterSaleKind,
    parts: Sequence[RefundPart],
    now: datetime,
) -> models.AfterSale:
    """The request as it will be judged: its form checked, its freight and its protection by law worked out."""
    rooms = {
        line.id: LineRoom(line.paid_fen - line.refund_pending_fen - line.refunded_fen, line.qty - line.return_qty)
        for line in lines.values()
    }
    rules.check_parts(parts, rooms, kind)
    open_fen = order.total_fen - order.refund_pending_fen - order.refunded_fen
    freight_fen = rules.freight_back(order.shipped_at is not None, parts, rooms, open_fen)
    bought = {
        line.id: rules.Bought(
            line.paid_fen, line.qty, catalog.return_class(line.return_class).rule, line.return_confirmed
        )
        for line in lines.values()
    }
    protection = rules.protection(
        kind,
        parts,
        bought,
        received_on=accounting_date(order.received_at) if order.received_at else None,
        today=accounting_date(now),
        days=term("no_reason_days"),
    )
    sale = models.AfterSale(
        id=new_id("afs"),
        merchant_id=order.merchant_id,
        order_id=order.id,
        buyer_id=order.buyer_id,
        kind=kind.value,
        state=AfterSaleState.APPLIED,
        freight_fen=freight_fen,
        total_fen=sum(part.fen for part in parts) + freight_fen,
        restock=order.shipped_at is None,
        protection=protection.value,
        applied_at=now,
    )
    cases.set_deadline(sale, now)
    return sale


def _insert(sale: models.AfterSale, lines: dict[str, models.Line], parts: Sequence[RefundPart]) -> None:
    sale.save(force_insert=True)
    models.AfterSaleLine.objects.bulk_create(
        models.AfterSaleLine(
            id=new_id("rfl"),
            merchant_id=sale.merchant_id,
            aftersale_id=sale.id,
            line_id=p.line_id,
            fen=p.fen,
            qty=p.qty,
            sku_id=lines[p.line_id].now_sku_id or lines[p.line_id].sku_id,
        )
        for p in parts
    )


@transaction.atomic
def decide_after_sale(
    after_sale_id: str,
    *,
    merchant_id: str,
    approve: bool,
    actor: Actor,
    now: datetime,
    note: str = "",
    restock: bool = False,
) -> AfterSale:
    """The merchant agrees or not; for a return also when the goods are back.

    Raises `AfterSaleNotFound`, `NoSuchMove`, `ReturnMayNotBeRefused`.
    """
    order, sale = cases.locked(after_sale_id, merchant_id=merchant_id)
    if not approve:
        _check_refusal(sale, note)
        return advance(order, sale, V.REJECT, actor=actor, now=now, note=note)
    return _approve(order, sale, actor=actor, now=now, note=note, restock=restock)


def _check_refusal(sale: models.AfterSale, note: str) -> None:
    """消费者权益保护法第二十五条: nobody asks why. Only goods that come back damaged may still be refused."""
    if sale.protection != Protection.PROTECTED:
        return
    if sale.state == AfterSaleState.APPLIED:
        raise ReturnMayNotBeRefused(sale.id, PROTECTION_NAMES[Protection.PROTECTED])
    if not note.strip():
        raise BadAfterSale("拒收七日无理由退货须写明商品何处不完好（暂行办法第八条）")


def approve(order: models.Order, sale: models.AfterSale, *, actor: Actor, now: datetime) -> AfterSale:
    """What the clock does for a merchant who did not answer."""
    return _approve(order, sale, actor=actor, now=now, note="", restock=sale.restock)


def _approve(
    order: models.Order, sale: models.AfterSale, *, actor: Actor, now: datetime, note: str, restock: bool
) -> AfterSale:
    """What to do follows from where the request stands: 仅退款 is refunded, goods are sent back first."""
    state, kind = AfterSaleState(sale.state), AfterSaleKind(sale.kind)
    if kind is AfterSaleKind.EXCHANGE:
        return exchanges.approve(order, sale, actor=actor, now=now, note=note)
    if state is AfterSaleState.APPLIED and kind is AfterSaleKind.RETURN_REFUND:
        return advance(order, sale, V.APPROVE_RETURN, actor=actor, now=now, note=note)
    if state is AfterSaleState.RETURNING:
        sale.restock = restock
        return _refund(order, sale, V.ACCEPT_RETURN, actor=actor, now=now, note=note)
    if state is AfterSaleState.REFUND_FAILED:
        reserve(order, sale, cases.parts_of(sale))
        return _refund(order, sale, V.RETRY, actor=actor, now=now, note=note)
    return _refund(order, sale, V.APPROVE_REFUND, actor=actor, now=now, note=note)


@transaction.atomic
def send_back(after_sale_id: str, *, buyer_id: str, carrier: str, tracking_no: str, now: datetime) -> AfterSale:
    """The buyer has posted the goods. Raises `AfterSaleNotFound`, `NoSuchMove`."""
    order, sale = cases.locked(after_sale_id, buyer_id=buyer_id)
    sale.return_carrier, sale.return_no = carrier.strip(), tracking_no.strip()
    return advance(order, sale, V.SEND_BACK, actor="buyer", now=now, note=f"{sale.return_carrier} {sale.return_no}")


@transaction.atomic
def cancel_after_sale(after_sale_id: str, *, buyer_id: str, now: datetime) -> AfterSale:
    """The buyer withdraws the request. Raises `AfterSaleNotFound`, `NoSuchMove`."""
    order, sale = cases.locked(after_sale_id, buyer_id=buyer_id)
    return advance(order, sale, V.CANCEL, actor="buyer", now=now)


def _refund(
    order: models.Order, sale: models.AfterSale, verb: V, *, actor: Actor, now: datetime, note: str
) -> AfterSale:
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
