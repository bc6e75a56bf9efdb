"""仅退款, 退货退款 and 换货: asked by the buyer, decided by the merchant, by line and amount.

The money is reserved on the line and on the order the moment it is asked for, so that no two requests can ever share a
fen; it is settled when the PSP says that it is back, and free again when the request ends otherwise.
"""

from collections import Counter, defaultdict
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
    AfterSaleRequest,
    AfterSaleState,
    AfterSaleVerb,
    BadAfterSale,
    Decision,
    GoodsPosted,
    OrderNotFound,
    OrderState,
    Protection,
    RefundPart,
    ReturnMayNotBeRefused,
    TooManyRefunds,
)
from xintui.commerce.orders.rules import LineRoom
from xintui.commerce.orders.services import cases, exchanges
from xintui.commerce.orders.services.cases import Actor, Step, Wanted, advance, reserve
from xintui.commerce.orders.services.placing import entry, write_log
from xintui.commerce.orders.terms import term
from xintui.foundation.payments import facade as payments
from xintui.foundation.payments.contracts import RefundRequest
from xintui.infra import batches
from xintui.infra.outbox import facade as outbox
from xintui.infra.rows import plain
from xintui.kernel.errors import DomainError
from xintui.kernel.ids import new_id
from xintui.kernel.times import accounting_date

V = AfterSaleVerb
REFUNDING = frozenset({V.APPROVE_REFUND, V.ACCEPT_RETURN, V.RETRY})
"""The verbs by which money goes back."""


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
    asked = AfterSaleRequest(order_id, buyer_id, kind, parts, reason, now, exchange_sku_id)
    return batches.only(request_after_sales([asked]))


def request_after_sales(asked: Sequence[AfterSaleRequest]) -> list[AfterSale | DomainError]:
    """`request_after_sale` for many: each answer is the request or the refusal. A hundred cost as many statements as
    one, but for 换货, whose goods are looked up one by one."""
    return batches.each(_asked, asked, apart=lambda one: one.order_id)


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
    said = Decision(after_sale_id, merchant_id, approve, now, note, restock)
    return batches.only(decide_after_sales([said], actor=actor))


def decide_after_sales(decisions: Sequence[Decision], *, actor: Actor) -> list[AfterSale | DomainError]:
    """`decide_after_sale` for many: each answer is the request or the refusal."""
    return batches.each(lambda some: _decided(some, actor), decisions, apart=lambda one: one.after_sale_id)


def send_back(after_sale_id: str, *, buyer_id: str, carrier: str, tracking_no: str, now: datetime) -> AfterSale:
    """The buyer has posted the goods. Raises `AfterSaleNotFound`, `NoSuchMove`."""
    return batches.only(send_back_many([GoodsPosted(after_sale_id, buyer_id, carrier, tracking_no, now)]))


def send_back_many(posted: Sequence[GoodsPosted]) -> list[AfterSale | DomainError]:
    """`send_back` for many: each answer is the request or the refusal."""
    return batches.each(_sent_back, posted, apart=lambda one: one.after_sale_id)


@transaction.atomic
def cancel_after_sale(after_sale_id: str, *, buyer_id: str, now: datetime) -> AfterSale:
    """The buyer withdraws the request. Raises `AfterSaleNotFound`, `NoSuchMove`."""
    ((order, sale),) = cases.locked([Wanted(after_sale_id, buyer_id=buyer_id)])
    return advance([Step(order, sale, V.CANCEL, "buyer", now)])[0]


# -- asking ----------------------------------------------------------------------------------------------------------


def _asked(asked: Sequence[AfterSaleRequest]) -> list[AfterSale]:
    wanted = [one.order_id for one in asked]
    orders = {row.id: row for row in models.Order.objects.select_for_update().filter(id__in=wanted).order_by("id")}
    lines: dict[str, dict[str, models.Line]] = defaultdict(dict)
    for line in models.Line.objects.filter(order_id__in=list(orders)):
        lines[line.order_id][line.id] = line
    sales, parts = [], []
    for one in asked:
        order = orders.get(one.order_id)
        if order is None or order.buyer_id != one.buyer_id:
            raise OrderNotFound(one.order_id)
        sale, some = _judged(one, order, lines[order.id])
        sales.append(sale)
        parts.append(some)
    reserve(zip(sales, parts, strict=True))
    models.AfterSale.objects.bulk_create(plain(sales))
    models.AfterSaleLine.objects.bulk_create(
        plain(
            part_of(sale, part, lines[sale.order_id][part.line_id])
            for sale, some in zip(sales, parts, strict=True)
            for part in some
        )
    )
    write_log(entry(orders[sale.order_id], "apply", sale.applied_at, actor="buyer", more=sale.reason) for sale in sales)
    outbox.publish(*(cases.moved(sale, "apply", "buyer", "", sale.applied_at) for sale in sales))
    return queries.as_after_sales(sales)


def _judged(
    asked: AfterSaleRequest, order: models.Order, lines: dict[str, models.Line]
) -> tuple[models.AfterSale, Sequence[RefundPart]]:
    """The request as it will be written down, and its parts with the money that they stand for."""
    kind, parts = asked.kind, asked.parts
    if OrderState(order.state) not in rules.REFUNDABLE:
        raise BadAfterSale("订单当前不可申请售后")
    if kind is not AfterSaleKind.REFUND_ONLY and order.shipped_at is None:
        raise BadAfterSale("尚未发货，请选择仅退款")
    sku_id, spec = "", ""
    if kind is AfterSaleKind.EXCHANGE:
        if len(parts) != 1 or parts[0].line_id not in lines:
            raise BadAfterSale("换货一次选择订单里的一行商品")
        line = lines[parts[0].line_id]
        parts = [exchanges.priced(parts[0], line)]
        sku_id, spec = exchanges.chosen(line, parts[0].qty, asked.exchange_sku_id)
    elif asked.exchange_sku_id:
        raise BadAfterSale("只有换货才填写换成的规格")
    sale = _drafted(order, lines, kind, parts, asked.now)
    sale.reason, sale.exchange_sku_id, sale.exchange_spec = asked.reason.strip()[:200], sku_id, spec
    return sale, parts


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


def part_of(sale: models.AfterSale, part: RefundPart, line: models.Line) -> models.AfterSaleLine:
    return models.AfterSaleLine(
        id=new_id("rfl"),
        merchant_id=sale.merchant_id,
        aftersale_id=sale.id,
        line_id=part.line_id,
        fen=part.fen,
        qty=part.qty,
        sku_id=line.now_sku_id or line.sku_id,
    )


# -- deciding --------------------------------------------------------------------------------------------------------


def _decided(decisions: Sequence[Decision], actor: Actor) -> list[AfterSale]:
    held = cases.locked([Wanted(one.after_sale_id, merchant_id=one.merchant_id) for one in decisions])
    steps = []
    for one, (order, sale) in zip(decisions, held, strict=True):
        if not one.approve:
            _check_refusal(sale, one.note)
        verb = V.REJECT if not one.approve else approval(sale)
        if verb is V.ACCEPT_RETURN:
            sale.restock = one.restock
        steps.append(Step(order, sale, verb, actor, one.now, one.note))
    return carry_out(steps)


def _sent_back(posted: Sequence[GoodsPosted]) -> list[AfterSale]:
    held = cases.locked([Wanted(one.after_sale_id, buyer_id=one.buyer_id) for one in posted])
    steps = []
    for one, (order, sale) in zip(posted, held, strict=True):
        sale.return_carrier, sale.return_no = one.carrier.strip(), one.tracking_no.strip()
        note = f"{sale.return_carrier} {sale.return_no}"
        steps.append(Step(order, sale, V.SEND_BACK, "buyer", one.now, note))
    return advance(steps)


def _check_refusal(sale: models.AfterSale, note: str) -> None:
    """消费者权益保护法第二十五条: nobody asks why. Only goods that come back damaged may still be refused."""
    if sale.protection != Protection.PROTECTED:
        return
    if sale.state == AfterSaleState.APPLIED:
        raise ReturnMayNotBeRefused(sale.id, PROTECTION_NAMES[Protection.PROTECTED])
    if not note.strip():
        raise BadAfterSale("拒收七日无理由退货须写明商品何处不完好（暂行办法第八条）")


def approval(sale: models.AfterSale) -> V:
    """What agreeing means follows from where the request stands: 仅退款 is refunded, goods are sent back first."""
    state, kind = AfterSaleState(sale.state), AfterSaleKind(sale.kind)
    if kind is AfterSaleKind.EXCHANGE:
        return V.APPROVE_EXCHANGE
    if state is AfterSaleState.APPLIED and kind is AfterSaleKind.RETURN_REFUND:
        return V.APPROVE_RETURN
    known = {AfterSaleState.RETURNING: V.ACCEPT_RETURN, AfterSaleState.REFUND_FAILED: V.RETRY}
    return known.get(state, V.APPROVE_REFUND)


def carry_out(steps: Sequence[Step]) -> list[AfterSale]:
    """Whatever the steps need besides: pieces kept for an exchange, the instruction to the PSP."""
    for step in steps:
        rules.AFTERSALE_FLOW.after(AfterSaleState(step.sale.state), step.verb)
        if step.verb is V.APPROVE_EXCHANGE:
            exchanges.keep(step)
    _instruct([step for step in steps if step.verb in REFUNDING])
    return advance(steps)


def _instruct(steps: Sequence[Step]) -> None:
    """Write the instructions to the PSP; the effect comes when the PSP says that the money is back."""
    if not steps:
        return
    again = [step.sale for step in steps if step.verb is V.RETRY]
    parts = queries.parts_of(again) if again else {}
    reserve([(sale, parts[sale.id]) for sale in again])
    _count(steps)
    asked = []
    for step in steps:
        sale = step.sale
        sale.refund_id = new_id("rfd")
        why = sale.reason or "售后退款"
        asked.append(RefundRequest(sale.refund_id, step.order.payment_id, sale.total_fen, why, step.now))
    payments.request_refunds(asked)


def _count(steps: Sequence[Step]) -> None:
    """The PSP takes only so many refunds of a payment; the CHECK on the order's counter knows how many."""
    by_order: dict[tuple[str, str], int] = Counter((step.order.merchant_id, step.order.id) for step in steps)
    try:
        with transaction.atomic():
            for times in sorted(set(by_order.values())):
                some = [key for key, n in by_order.items() if n == times]
                models.Order.objects.filter(
                    merchant_id__in={shop for shop, _ in some}, id__in=[order_id for _, order_id in some]
                ).update(refunds=F("refunds") + times)
    except IntegrityError as error:
        if getattr(getattr(error.__cause__, "diag", None), "constraint_name", "") == "orders_order_refund_count":
            raise TooManyRefunds(steps[0].order.id, term("max_refunds")) from error
        raise
