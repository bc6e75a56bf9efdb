"""Reading orders. A row is asked for together with its owner: a stranger's order does not exist."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import Count, Q, QuerySet, Sum

from xintui.commerce.catalog import facade as catalog
from xintui.commerce.catalog.contracts import ReturnRule
from xintui.commerce.merchants import facade as merchants
from xintui.commerce.orders import models, rules
from xintui.commerce.orders.contracts import (
    Address,
    AfterSale,
    AfterSaleKind,
    AfterSaleNotFound,
    AfterSaleState,
    Checkout,
    Item,
    Line,
    Order,
    OrderFile,
    OrderFilter,
    OrderNotFound,
    OrderState,
    Protection,
    Quarantined,
    Quote,
    QuoteLine,
    QuoteShop,
    Record,
    RefundPart,
    Shipment,
    TimelineEntry,
)
from xintui.commerce.orders.terms import deadline
from xintui.foundation.payments import facade as payments
from xintui.kernel.times import accounting_date


def record(merchant_id: str, *, since: datetime) -> Record:
    """What a shop sold since then and what of that came back, by the index on merchant and time of payment."""
    found = models.Order.objects.filter(merchant_id=merchant_id, paid_at__gte=since)
    sums = found.aggregate(orders=Count("id"), paid_fen=Sum("total_fen"), refunded_fen=Sum("refunded_fen"))
    return Record(**{name: value or 0 for name, value in sums.items()})


def received(merchant_ids: Collection[str], *, since: datetime, until: datetime) -> dict[str, int]:
    """How many orders of each of these shops arrived in a span; one query, by the index on shop and receipt."""
    found = models.Order.objects.filter(merchant_id__in=merchant_ids, received_at__gte=since, received_at__lt=until)
    return dict(found.values_list("merchant_id").annotate(Count("id")))


def as_line(row: models.Line) -> Line:
    return Line(
        id=row.id,
        no=row.no,
        product_id=row.product_id,
        sku_id=row.sku_id,
        title=row.title,
        spec=row.spec,
        picture=row.picture,
        category=row.category,
        qty=row.qty,
        price_fen=row.price_fen,
        paid_fen=row.paid_fen,
        refund_pending_fen=row.refund_pending_fen,
        refunded_fen=row.refunded_fen,
        promoter_id=row.promoter_id,
        attribution_id=row.attribution_id,
        return_class=row.return_class,
        return_confirmed=row.return_confirmed,
    )


def as_order(row: models.Order, lines: Sequence[models.Line]) -> Order:
    shipment = Shipment(row.carrier, row.tracking_no, row.shipped_at) if row.shipped_at else None
    return Order(
        id=row.id,
        checkout_id=row.checkout_id,
        merchant_id=row.merchant_id,
        buyer_id=row.buyer_id,
        state=OrderState(row.state),
        currency=row.currency,
        goods_fen=row.goods_fen,
        discount_fen=row.discount_fen,
        freight_fen=row.freight_fen,
        total_fen=row.total_fen,
        refund_pending_fen=row.refund_pending_fen,
        refunded_fen=row.refunded_fen,
        fee_fen=row.fee_fen,
        payment_id=row.payment_id,
        address=Address(**row.address),
        note=row.note,
        lines=tuple(as_line(line) for line in lines),
        shipment=shipment,
        placed_at=row.placed_at,
        paid_at=row.paid_at,
        received_at=row.received_at,
        closed_at=row.closed_at,
        auto_receive_at=row.auto_receive_at,
        **_arrival(row),
    )


def _arrival(row: models.Order) -> dict[str, Any]:
    """到账周期 by the scene this installation is settled in (F-09)."""
    if row.paid_at is None or row.state == OrderState.REFUNDED:
        return {"arrives_on": None, "arrival_says": ""}
    scene, paid_on = payments.settlement_scene(), accounting_date(row.paid_at)
    received_on = accounting_date(row.received_at) if row.received_at else None
    terms = payments.settlement_terms(scene, paid_on)
    waiting = scene == "trading_miniprogram" and received_on is None
    says = f"{terms.name} T+{terms.days}" + ("，自买家确认收货起算" if waiting else "")
    return {"arrives_on": payments.expected_arrival(paid_on, scene, received_on=received_on), "arrival_says": says}


def with_lines(found: Iterable[models.Order]) -> list[Order]:
    """Orders as contracts, their lines fetched in one query."""
    rows = list(found)
    lines: dict[str, list[models.Line]] = defaultdict(list)
    for line in models.Line.objects.filter(order_id__in=[row.id for row in rows]).order_by("order_id", "no"):
        lines[line.order_id].append(line)
    return [as_order(row, lines[row.id]) for row in rows]


def _owned(order_id: str, buyer_id: str, merchant_id: str) -> models.Order:
    found = models.Order.objects.filter(id=order_id)
    if buyer_id:
        found = found.filter(buyer_id=buyer_id)
    if merchant_id:
        found = found.filter(merchant_id=merchant_id)
    row = found.first()
    if row is None:
        raise OrderNotFound(order_id)
    return row


def order_file(order_id: str, *, buyer_id: str = "", merchant_id: str = "") -> OrderFile:
    """An order with its history and after-sales; without an owner it is the platform that asks.

    Raises `OrderNotFound`.
    """
    row = _owned(order_id, buyer_id, merchant_id)
    timeline = models.Event.objects.filter(order_id=order_id, merchant_id=row.merchant_id).order_by("id")
    sales = models.AfterSale.objects.filter(order_id=order_id, merchant_id=row.merchant_id).order_by("id")
    name = merchants.get_many([row.merchant_id])
    return OrderFile(
        order=with_lines([row])[0],
        merchant_name=name[row.merchant_id].name if name else "",
        timeline=tuple(TimelineEntry(verb=e.verb, says=e.says, actor=e.actor, at=e.at) for e in timeline),
        after_sales=tuple(as_after_sales(list(sales))),
    )


def some(order_ids: Collection[str]) -> dict[str, Order]:
    """These orders by id, in two queries; unknown ids are left out."""
    return {order.id: order for order in with_lines(list(models.Order.objects.filter(id__in=list(order_ids))))}


def soon_received(since: datetime, until: datetime) -> tuple[Order, ...]:
    """Parcels on their way that count as received, unless the buyer acts, after `since` and not after `until`."""
    found = models.Order.objects.filter(state=OrderState.SHIPPED, auto_receive_at__gt=since, auto_receive_at__lte=until)
    return tuple(with_lines(list(found.order_by("auto_receive_at"))))


def referred(order_ids: Sequence[str]) -> set[tuple[str, str]]:
    """The (order, line) pairs of these orders that a promoter brought; one query."""
    lines = models.Line.objects.filter(order_id__in=order_ids).exclude(promoter_id="")
    return set(lines.values_list("order_id", "id"))


def _page(found: QuerySet[models.Order], after: str, limit: int) -> tuple[list[Order], str]:
    if after:
        found = found.filter(id__lt=after)
    rows = list(found.order_by("-id")[: limit + 1])
    return with_lines(rows[:limit]), rows[limit - 1].id if len(rows) > limit else ""


def buyer_orders(buyer_id: str, *, state: str = "", after: str = "", limit: int = 20) -> tuple[list[Order], str]:
    """A buyer's orders, newest first, and the mark of the next page."""
    found = models.Order.objects.filter(buyer_id=buyer_id)
    return _page(found.filter(state=state) if state else found, after, limit)


def merchant_orders(
    merchant_id: str, wanted: OrderFilter, *, after: str = "", limit: int = 20
) -> tuple[list[Order], str]:
    """A merchant's orders, newest first: by state, day, order number, tracking number or receiver's name."""
    found = models.Order.objects.filter(merchant_id=merchant_id)
    if wanted.state:
        found = found.filter(state=wanted.state)
    if wanted.placed_from:
        found = found.filter(placed_at__gte=wanted.placed_from)
    if wanted.placed_to:
        found = found.filter(placed_at__lt=wanted.placed_to)
    if wanted.text:
        text = wanted.text
        found = found.filter(Q(id=text) | Q(tracking_no=text) | Q(address__name__contains=text))
    return _page(found, after, limit)


def checkout(checkout_id: str, *, buyer_id: str = "") -> Checkout:
    """A checkout with its orders. Raises `OrderNotFound`."""
    found = checkouts([checkout_id], buyer_id=buyer_id)
    if not found:
        raise OrderNotFound(checkout_id)
    return found[checkout_id]


def checkouts(checkout_ids: Sequence[str], *, buyer_id: str = "") -> dict[str, Checkout]:
    """Those of the checkouts that exist, with their orders: three queries however many."""
    found = models.Checkout.objects.filter(id__in=checkout_ids)
    rows = list(found.filter(buyer_id=buyer_id) if buyer_id else found)
    if not rows:
        return {}
    orders: dict[str, list[Order]] = defaultdict(list)
    for order in with_lines(models.Order.objects.filter(checkout_id__in=[row.id for row in rows]).order_by("id")):
        orders[order.checkout_id].append(order)
    return {
        row.id: Checkout(
            id=row.id,
            buyer_id=row.buyer_id,
            state=OrderState(row.state),
            currency=row.currency,
            total_fen=row.total_fen,
            expires_at=row.expires_at,
            orders=tuple(orders[row.id]),
        )
        for row in rows
    }


def parts_of(sales: Iterable[models.AfterSale]) -> dict[str, list[RefundPart]]:
    """What each is about, line by line, in one query."""
    parts: dict[str, list[RefundPart]] = defaultdict(list)
    wanted = [sale.id for sale in sales]
    for row in models.AfterSaleLine.objects.filter(aftersale_id__in=wanted).order_by("line_id"):
        parts[row.aftersale_id].append(RefundPart(row.line_id, row.fen, row.qty, row.id))
    return parts


def as_after_sales(sales: Sequence[models.AfterSale]) -> list[AfterSale]:
    """After-sales as contracts, their parts fetched in one query."""
    parts = parts_of(sales) if sales else {}
    return [
        AfterSale(
            id=row.id,
            order_id=row.order_id,
            merchant_id=row.merchant_id,
            buyer_id=row.buyer_id,
            kind=AfterSaleKind(row.kind),
            state=AfterSaleState(row.state),
            parts=tuple(parts[row.id]),
            freight_fen=row.freight_fen,
            total_fen=row.total_fen,
            reason=row.reason,
            decision=row.decision,
            refund_id=row.refund_id,
            applied_at=row.applied_at,
            settled_at=row.settled_at,
            protection=Protection(row.protection),
            due_at=row.due_at,
            waits_for=_waits_for(row),
            exchange_sku_id=row.exchange_sku_id,
            exchange_spec=row.exchange_spec,
            replacement=Shipment(row.reship_carrier, row.reship_no, row.reshipped_at) if row.reshipped_at else None,
            money_by=_money_by(row),
        )
        for row in sales
    ]


def _money_by(row: models.AfterSale) -> date | None:
    if row.state != AfterSaleState.REFUNDING or row.decided_at is None:
        return None
    return payments.expected_refund(accounting_date(row.decided_at))


def _waits_for(row: models.AfterSale) -> str:
    due = deadline(row.state, accounting_date(row.applied_at)) if row.due_at else None
    return due.side if due else ""


def after_sale(after_sale_id: str, *, buyer_id: str = "", merchant_id: str = "") -> AfterSale:
    """Raises `AfterSaleNotFound`."""
    found = models.AfterSale.objects.filter(id=after_sale_id)
    if buyer_id:
        found = found.filter(buyer_id=buyer_id)
    if merchant_id:
        found = found.filter(merchant_id=merchant_id)
    rows = as_after_sales(list(found[:1]))
    if not rows:
        raise AfterSaleNotFound(after_sale_id)
    return rows[0]


def applied_at(after_sale_ids: Collection[str]) -> dict[str, datetime]:
    """When these requests were made, in one query."""
    rows = models.AfterSale.objects.filter(id__in=list(after_sale_ids))
    return dict(rows.values_list("id", "applied_at"))


def after_sales(
    *, buyer_id: str = "", merchant_id: str = "", state: str = "", after: str = "", limit: int = 20
) -> tuple[list[AfterSale], str]:
    """After-sales of a buyer or of a merchant, newest first."""
    assert buyer_id or merchant_id, "somebody's after-sales"
    found = models.AfterSale.objects.all()
    for name, value in (("buyer_id", buyer_id), ("merchant_id", merchant_id), ("state", state)):
        if value:
            found = found.filter(**{name: value})
    if after:
        found = found.filter(id__lt=after)
    rows = list(found.order_by("-id")[: limit + 1])
    return as_after_sales(rows[:limit]), rows[limit - 1].id if len(rows) > limit else ""


def quarantined(*, state: str = "", after: str = "", limit: int = 20) -> tuple[list[Quarantined], str]:
    """Money that fits no order, newest first."""
    found = models.Quarantine.objects.all()
    if state:
        found = found.filter(state=state)
    if after:
        found = found.filter(id__lt=after)
    rows = list(found.order_by("-id")[: limit + 1])
    page = [
        Quarantined(
            payment_id=row.id,
            subject=row.subject,
            amount_fen=row.amount_fen,
            currency=row.currency,
            transaction_id=row.transaction_id,
            reason=row.reason,
            expected_fen=row.expected_fen,
            state=row.state,
            captured_at=row.captured_at,
        )
        for row in rows[:limit]
    ]
    return page, page[-1].payment_id if len(rows) > limit else ""


def quote(items: Sequence[Item], *, limit: int) -> Quote:
    """What the cart would cost now; what cannot be bought is shown, marked and not counted."""
    wanted = rules.merged(items, limit)
    found = _quoted([item.sku_id for item in wanted])
    shops: dict[str, list[QuoteLine]] = defaultdict(list)
    known = merchants.get_many({row["merchant_id"] for row in found.values()})
    for item in wanted:
        row = found.get(item.sku_id)
        if row is None:
            continue
        trading = known[row["merchant_id"]].state == "active"
        buyable = trading and row["on_sale"] and row["available_qty"] >= item.qty
        shops[row["merchant_id"]].append(
            QuoteLine(
                sku_id=item.sku_id,
                product_id=row["product_id"],
                title=row["title"],
                spec=row["spec"],
                picture=row["picture"],
                qty=item.qty,
                price_fen=row["price_fen"],
                available_qty=row["available_qty"],
                buyable=buyable,
                returns=catalog.return_class(row["return_class"]),
            )
        )
    quoted = []
    for merchant_id in sorted(shops):
        goods = sum(line.price_fen * line.qty for line in shops[merchant_id] if line.buyable)
        chosen = known[merchant_id].settings
        freight = rules.freight(goods, chosen.freight_fen, chosen.free_freight_from_fen) if goods else 0
        quoted.append(QuoteShop(merchant_id, known[merchant_id].name, goods, freight, tuple(shops[merchant_id])))
    return Quote(tuple(quoted), sum(shop.goods_fen + shop.freight_fen for shop in quoted))


def _quoted(sku_ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM catalog_quote(%s::text[])", [list(sku_ids)])
        names = [column.name for column in cursor.description]
        return {row["sku_id"]: row for row in (dict(zip(names, r, strict=True)) for r in cursor.fetchall())}


def sellers(sku_ids: Iterable[str]) -> dict[str, str]:
    """Which merchant sells each of these SKUs; unknown ones are left out."""
    return {sku_id: row["merchant_id"] for sku_id, row in _quoted(sorted(sku_ids)).items()}


def to_confirm(sku_ids: Sequence[str]) -> list[str]:
    """Which of these SKUs the law lets a buyer confirm as not returnable."""
    return [
        sku_id
        for sku_id, row in _quoted(sku_ids).items()
        if catalog.return_class(row["return_class"]).rule is ReturnRule.CONFIRM
    ]
