"""From cart to checkout, and back when nobody pays."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from django.db import DatabaseError, connection, transaction
from psycopg.types.json import Jsonb

from xintui.commerce.catalog import facade as catalog
from xintui.commerce.catalog.contracts import SkuNotForSale, StockKind
from xintui.commerce.merchants import facade as merchants
from xintui.commerce.orders import models, queries, rules
from xintui.commerce.orders.contracts import (
    Checkout,
    Item,
    OrderNotFound,
    OrderState,
    OrderVerb,
    PayRequest,
    PlacedDifferently,
    PlaceRequest,
    Quote,
)
from xintui.commerce.orders.terms import term
from xintui.foundation.payments import facade as payments
from xintui.foundation.payments.contracts import Channel, Charge, NotPayable, Payment, PaymentClosed
from xintui.infra import batches, sql
from xintui.infra.rows import plain
from xintui.kernel.errors import DomainError
from xintui.kernel.ids import new_id

_PACKAGE = "xintui.commerce.orders"
CLOCK = "clock"
"""The actor of what happens because somebody let a deadline pass."""
RULING = "ruling"
"""Who acts where a dispute was decided against a shop or a promoter."""
_PLACE = (
    "SELECT orders_place(%s::text[], %s::text[], %s::text[], %s::jsonb[], %s::text[], %s::jsonb[], %s::text[],"
    " %s::timestamptz[], %s::timestamptz[], %s::int[], %s::text[], %s::int[], %s::text[], %s::boolean[])"
)
Asked = tuple[PlaceRequest, list[Item]]


def place(request: PlaceRequest) -> Checkout:
    """Place the checkout: once per checkout id, however often it is asked.

    Raises `EmptyCheckout`, `TooManyItems`, `BadQuantity`, `SkuNotForSale`, `OutOfStock`, `PlacedDifferently`.
    """
    return batches.only(place_many([request]))


def place_many(requests: Sequence[PlaceRequest]) -> list[Checkout | DomainError]:
    """Place many checkouts as if one after the other: each answer is the checkout or `place`'s refusal."""
    return batches.each(_placed, requests, apart=lambda request: request.checkout_id)


def _placed(requests: Sequence[PlaceRequest]) -> list[Checkout]:
    """All of them or none, in one call to the database."""
    asked = [(request, rules.merged(request.items, term("max_items"))) for request in requests]
    for (request, _), outcome in zip(asked, _call(asked, _confirmable(requests)), strict=True):
        if outcome == "different":
            raise PlacedDifferently(request.checkout_id)
    found = queries.checkouts([request.checkout_id for request in requests])
    return [found[request.checkout_id] for request in requests]


def _call(asked: Sequence[Asked], confirmable: frozenset[str]) -> list[str]:
    """Raises `SkuNotForSale`, `OutOfStock`."""
    within = timedelta(minutes=term("unpaid_minutes"))
    items = [(n, item, request) for n, (request, wanted) in enumerate(asked, 1) for item in wanted]
    arguments: list[Any] = [
        [request.checkout_id for request, _ in asked],
        [request.buyer_id for request, _ in asked],
        [rules.digest(request, wanted) for request, wanted in asked],
        [Jsonb({shop: asdict(referral) for shop, referral in request.referrals.items()}) for request, _ in asked],
        [request.buyer_promoter_id for request, _ in asked],
        [Jsonb(asdict(request.address)) for request, _ in asked],
        [request.note for request, _ in asked],
        [request.now for request, _ in asked],
        [request.now + within for request, _ in asked],
        [n for n, _, _ in items],
        [item.sku_id for _, item, _ in items],
        [item.qty for _, item, _ in items],
        sorted(new_id("ord") for _ in items),  # ids of one millisecond in the order of the batch
        # Confirming what the law does not ask to confirm means nothing and is not written down.
        [item.sku_id in request.confirmed and item.sku_id in confirmable for _, item, request in items],
    ]
    try:
        with connection.cursor() as cursor:
            cursor.execute(_PLACE, arguments)
            return list(cursor.fetchone()[0])
    except DatabaseError as error:
        raise (_refusal(error) or error) from error


def _confirmable(requests: Sequence[PlaceRequest]) -> frozenset[str]:
    """Of what the buyers have confirmed, what the law lets them confirm."""
    confirmed = frozenset().union(*(request.confirmed for request in requests))
    return frozenset(queries.to_confirm(sorted(confirmed))) if confirmed else confirmed


def _refusal(error: DatabaseError) -> DomainError | None:
    cause = error.__cause__
    if getattr(cause, "sqlstate", None) != catalog.REFUSED:
        return None
    code, detail = cause.diag.message_primary, cause.diag.message_detail  # type: ignore[union-attr]
    return catalog.out_of_stock(detail) if code == "catalog.out_of_stock" else SkuNotForSale(**json.loads(detail))


def quote(items: Sequence[Item]) -> Quote:
    """What the cart would cost now; nothing is promised. Raises `EmptyCheckout`, `TooManyItems`, `BadQuantity`."""
    with transaction.atomic():
        return queries.quote(items, limit=term("max_items"))


def open_payment(
    checkout_id: str, *, buyer_id: str, payer_openid: str, channel: str, now: datetime, method: str = "wechat"
) -> Payment:
    """The payment of a checkout, ready for the cashier. Raises `OrderNotFound`, `NoSuchMove` when it is too late."""
    return batches.only(open_payments([PayRequest(checkout_id, buyer_id, payer_openid, channel, now, method)]))


def open_payments(requests: Sequence[PayRequest]) -> list[Payment | DomainError]:
    """`open_payment` for many checkouts: each answer is the payment or the refusal."""
    return batches.each(_opened, requests, apart=lambda request: request.checkout_id)


def _opened(requests: Sequence[PayRequest]) -> list[Payment]:
    ids = [request.checkout_id for request in requests]
    rows = {row.id: row for row in models.Checkout.objects.select_for_update().filter(id__in=ids).order_by("id")}
    shared = _shared(ids)
    bills = []
    for request in requests:
        row = rows.get(request.checkout_id)
        if row is None or row.buyer_id != request.buyer_id:
            raise OrderNotFound(request.checkout_id)
        rules.ORDER_FLOW.after(OrderState(row.state), OrderVerb.PAY)
        if row.closing or request.now >= row.expires_at:
            rules.ORDER_FLOW.after(OrderState.CLOSED, OrderVerb.PAY)
        bills.append(
            Charge(
                subject=row.id,
                amount_fen=row.total_fen,
                payer_openid=request.payer_openid,
                description="信推商品订单",
                channel=Channel(request.channel),
                now=request.now,
                expires_at=row.expires_at,
                shared=row.id in shared,
                psp=request.method,
            )
        )
    opened = payments.open_payments(bills)
    for payment in opened:
        row = rows[payment.subject]
        row.payment_id = payment.id
    write_bills(list(rows.values()))
    return opened


def write_bills(rows: Sequence[models.Checkout]) -> None:
    """Write down what these locked checkouts are paid with and where they stand."""
    found = {"ids": [r.id for r in rows], "payments": [r.payment_id for r in rows], "states": [r.state for r in rows]}
    sql.run("xintui.commerce.orders", "bills", found)


def _shared(checkout_ids: Sequence[str]) -> set[str]:
    """Whose money may be split (分账): only where all of it is one shop's, and the shop wants it."""
    shops: dict[str, list[str]] = {}
    for checkout_id, shop in models.Order.objects.filter(checkout_id__in=checkout_ids).values_list(
        "checkout_id", "merchant_id"
    ):
        shops.setdefault(checkout_id, []).append(shop)
    alone = {checkout_id: found[0] for checkout_id, found in shops.items() if len(found) == 1}
    sharing = {shop.id for shop in merchants.get_many(set(alone.values())).values() if shop.settings.shares_profit}
    return {checkout_id for checkout_id, shop in alone.items() if shop in sharing}


@transaction.atomic
def cancel(order_id: str, *, buyer_id: str, now: datetime) -> None:
    """The buyer does not want it any more. What is paid together is cancelled together."""
    order = models.Order.objects.filter(id=order_id, buyer_id=buyer_id).first()
    if order is None:
        raise OrderNotFound(order_id)
    row = models.Checkout.objects.select_for_update().get(id=order.checkout_id)
    rules.ORDER_FLOW.after(OrderState(row.state), OrderVerb.CLOSE)
    _give_up([(row.id, row.payment_id)], now)


@transaction.atomic
def close_unpaid(*, now: datetime, limit: int = 500) -> int:
    """Sweep: checkouts unpaid in time. How many were given up (a live payment is closed at the gateway first)."""
    due = [(row["id"], row["payment_id"]) for row in sql.rows(_PACKAGE, "unpaid", {"now": now, "limit": limit})]
    _give_up(due, now)
    return len(due)


@transaction.atomic
def close_closed(events: Sequence[PaymentClosed]) -> None:
    """Handler: the gateway takes no money for these any more, so their goods are free again."""
    wanted = {event.subject: event for event in events}
    rows = models.Checkout.objects.select_for_update().filter(id__in=list(wanted), state=OrderState.PLACED)
    done = [row.id for row in rows.order_by("id") if row.payment_id == wanted[row.id].payment_id]
    _close(done, max(event.closed_at for event in events))


def _give_up(checkouts: Sequence[tuple[str, str]], now: datetime) -> None:
    """Close what was never taken to the cashier; for the rest ask the gateway, whose answer decides."""
    free = [checkout_id for checkout_id, payment_id in checkouts if not payment_id]
    asked = []
    for checkout_id, payment_id in checkouts:
        if not payment_id:
            continue
        try:
            payments.close_payment(payment_id, now=now)
            asked.append(checkout_id)
        except NotPayable:
            # Captured: either its event is on its way and wins, or the money did not fit and lies in quarantine.
            if models.Quarantine.objects.filter(id=payment_id).exists():
                free.append(checkout_id)
    models.Checkout.objects.filter(id__in=asked).update(closing=True)
    _close(free, now)


def _close(checkout_ids: Sequence[str], now: datetime) -> None:
    """Inside a transaction that holds the checkouts' locks."""
    if not checkout_ids:
        return
    models.Checkout.objects.filter(id__in=checkout_ids).update(state=OrderState.CLOSED)
    orders = list(models.Order.objects.select_for_update().filter(checkout_id__in=checkout_ids).order_by("id"))
    ids = [order.id for order in orders]
    models.Order.objects.filter(id__in=ids).update(state=OrderState.CLOSED, closed_at=now)
    log(orders, "close", now)
    catalog.move(StockKind.RELEASE, stock_changes(dict.fromkeys(ids, now), "orders.closed"), now=now)


def stock_changes(at: Mapping[str, datetime | None], reason: str) -> list[catalog.StockChange]:
    """The lines of these orders (each with its time) as changes of stock, named by the business event."""
    rows = models.Line.objects.filter(order_id__in=list(at)).order_by("sku_id", "order_id")
    return [catalog.StockChange(r.merchant_id, r.sku_id, r.qty, f"{reason}/{r.order_id}", at[r.order_id]) for r in rows]


def log(orders: Sequence[models.Order], verb: str, now: datetime, *, actor: str = "", more: str = "") -> None:
    """The lines that the buyer reads."""
    write_log(entry(order, verb, now, actor=actor, more=more) for order in orders)


SPOKEN = {CLOCK: rules.OVERDUE_SAYS, RULING: rules.RULED_SAYS}
"""What the log says of a verb where no person of the shop has acted."""


def entry(order: models.Order, verb: str, now: datetime, *, actor: str = "", more: str = "") -> models.Event:
    """One line, not yet written."""
    spoken = {**rules.AFTERSALE_SAYS, **rules.ORDER_SAYS} | SPOKEN.get(actor, {})
    says = spoken[verb] + (f"：{more}" if more else "")
    return models.Event(merchant_id=order.merchant_id, order_id=order.id, verb=verb, says=says, actor=actor, at=now)


def write_log(entries: Iterable[models.Event]) -> None:
    models.Event.objects.bulk_create(plain(entries))
