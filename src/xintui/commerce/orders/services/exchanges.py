"""换货: other pieces for the pieces that come back. No money moves; what they cost stays reserved until it is over.

The replacement is taken from the stock when the merchant agrees, so that nobody sends goods back for nothing. Where
there is none, the exchange goes on as 退货退款.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from xintui.commerce.catalog import facade as catalog
from xintui.commerce.catalog.contracts import OutOfStock, ReturnRule, StockKind
from xintui.commerce.orders import models, queries, rules
from xintui.commerce.orders.contracts import (
    AfterSale,
    AfterSaleKind,
    AfterSaleState,
    AfterSaleVerb,
    BadAfterSale,
    RefundPart,
)
from xintui.commerce.orders.services import cases
from xintui.commerce.orders.services.cases import Actor, Step, Wanted
from xintui.commerce.orders.services.placing import log
from xintui.kernel.states import NoSuchMove

V = AfterSaleVerb


def priced(part: RefundPart, line: models.Line) -> RefundPart:
    """The part of an exchange with the money that its pieces stand for; the buyer names none."""
    open_fen = line.paid_fen - line.refund_pending_fen - line.refunded_fen
    open_qty = line.qty - line.return_qty
    if not 1 <= part.qty <= open_qty or open_fen < 1:
        raise BadAfterSale("换货数量超过可换数量")
    whole = rules.Bought(open_fen, open_qty, ReturnRule.FREE, confirmed=False)
    return RefundPart(part.line_id, min(open_fen, rules.worth(whole, part.qty)), part.qty)


def chosen(line: models.Line, qty: int, sku_id: str) -> tuple[str, str]:
    """The SKU sent instead and its words: the same, or one of the product's at the same price.

    Another SKU is taken for all pieces of the line that are left, so that later on each line is of one SKU.
    """
    now_sku = line.now_sku_id or line.sku_id
    wanted = sku_id or now_sku
    skus = {sku.id: sku for sku in catalog.get(line.product_id, merchant_id=line.merchant_id).skus}
    if wanted not in skus:
        raise BadAfterSale("只能换成同一商品的规格")
    if wanted != now_sku:
        if not skus[wanted].active or skus[wanted].price_fen != skus[now_sku].price_fen:
            raise BadAfterSale("只能换成同价在售规格；差价请退货后另购")
        if qty != line.qty - line.return_qty:
            raise BadAfterSale("换成其他规格须整行更换")
    return wanted, skus[wanted].spec


def keep(step: Step) -> None:
    """Keep the replacement before the goods are asked for; without stock the request becomes 退货退款 at once."""
    try:
        catalog.move(StockKind.RESERVE, cases.replacement(step.sale), now=step.now)
    except OutOfStock:
        turn(step.order, step.sale, actor=step.actor, now=step.now, note=step.note)
        step.verb = V.APPROVE_RETURN


def turn(order: models.Order, sale: models.AfterSale, *, actor: Actor, now: datetime, note: str) -> None:
    """From now on it is a 退货退款, at the same place of its way, for the money that was reserved all the time."""
    cases.release_replacement(sale, AfterSaleState(sale.state), now)
    sale.kind, sale.exchange_sku_id, sale.exchange_spec = AfterSaleKind.RETURN_REFUND, "", ""
    sale.save(update_fields=["kind", "exchange_sku_id", "exchange_spec"])
    log([order], "turn_into_refund", now, actor=cases.name(actor), more=note)
    kinds = {"kind": "exchange"}, {"kind": "return_refund", "fen": sale.total_fen}
    cases.audit(actor, "turn_into_refund", ("after_sale", sale.id), kinds, note)


@transaction.atomic
def turn_into_refund(after_sale_id: str, *, merchant_id: str, actor: Actor, now: datetime, note: str = "") -> AfterSale:
    """The merchant cannot send the replacement after all. Raises `AfterSaleNotFound`, `NoSuchMove`."""
    ((order, sale),) = cases.locked([Wanted(after_sale_id, merchant_id=merchant_id)])
    if sale.kind != AfterSaleKind.EXCHANGE or sale.state not in cases.HELD:
        raise NoSuchMove(sale.state, "turn_into_refund")
    turn(order, sale, actor=actor, now=now, note=note)
    return queries.after_sale(sale.id)


@transaction.atomic
def ship_replacement(
    after_sale_id: str,
    *,
    merchant_id: str,
    carrier: str,
    tracking_no: str,
    actor: Actor,
    now: datetime,
    restock: bool = False,
) -> AfterSale:
    """The goods are back and the other pieces on their way. Raises `AfterSaleNotFound`, `NoSuchMove`."""
    ((order, sale),) = cases.locked([Wanted(after_sale_id, merchant_id=merchant_id)])
    if sale.kind != AfterSaleKind.EXCHANGE:
        raise NoSuchMove(sale.state, V.SHIP_REPLACEMENT.value)
    rules.AFTERSALE_FLOW.after(AfterSaleState(sale.state), V.SHIP_REPLACEMENT)
    sale.reship_carrier, sale.reship_no, sale.reshipped_at = carrier.strip(), tracking_no.strip(), now
    sale.restock = restock
    catalog.move(StockKind.SELL, cases.replacement(sale), now=now)
    put_back([sale], now)
    (part,) = queries.parts_of([sale])[sale.id]
    models.Line.objects.filter(id=part.line_id, order_id=order.id, merchant_id=order.merchant_id).update(
        now_sku_id=sale.exchange_sku_id
    )
    parcel = f"{sale.reship_carrier} {sale.reship_no}"
    return cases.advance([Step(order, sale, V.SHIP_REPLACEMENT, actor, now, parcel)])[0]


@transaction.atomic
def confirm_replacement(after_sale_id: str, *, buyer_id: str, now: datetime) -> AfterSale:
    """The buyer has the other pieces. Raises `AfterSaleNotFound`, `NoSuchMove`."""
    ((order, sale),) = cases.locked([Wanted(after_sale_id, buyer_id=buyer_id)])
    return cases.advance([Step(order, sale, V.CONFIRM_REPLACEMENT, "buyer", now)])[0]


def put_back(sales: Sequence[models.AfterSale], now: datetime) -> None:
    """What came back is for sale again, where the merchant said so, as the SKU that it was when it left.

    A refund that is settled says when that was; `now` is for the others.
    """
    at = {sale.id: sale.settled_at or now for sale in sales if sale.restock}
    if not at:
        return
    shops = {sale.merchant_id for sale in sales}
    lines = models.AfterSaleLine.objects.filter(aftersale_id__in=list(at), merchant_id__in=shops, qty__gt=0)
    changes = [
        catalog.StockChange(
            line.merchant_id, line.sku_id, line.qty, f"orders.returned/{line.aftersale_id}", at[line.aftersale_id]
        )
        for line in lines.order_by("sku_id", "aftersale_id")
    ]
    catalog.move(StockKind.RESTOCK, changes, now=now)
