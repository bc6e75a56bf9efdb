"""From cart to checkout, and back when nobody pays."""

import json
from collections.abc import Sequence
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
    PlacedDifferently,
    PlaceRequest,
    Quote,
)
from xintui.commerce.orders.terms import term
from xintui.foundation.payments import facade as payments
from xintui.foundation.payments.contracts import NotPayable, Payment, PaymentClosed
from xintui.infra import sql
from xintui.kernel.errors import DomainError
from xintui.kernel.ids import new_id

_PACKAGE = "xintui.commerce.orders"
CLOCK = "clock"
"""The actor of what happens because somebody let a deadline pass."""
_PLACE = "SELECT orders_place(%s, %s, %s, %s::text[], %s::int[], %s::text[], %s, %s, %s, %s, %s, %s, %s::text[])"


def place(request: PlaceRequest) -> Checkout:
    """Place the checkout: once per checkout id, however often it is asked.

    Raises `EmptyCheckout`, `TooManyItems`, `BadQuantity`, `SkuNotForSale`, `OutOfStock`, `PlacedDifferently`.
    """
    place_only(request)
    with transaction.atomic():
        return queries.checkout(request.checkout_id, buyer_id=request.buyer_id)


def place_only(request: PlaceRequest) -> None:
    """`place` without reading the result back: one call to the database, committed at once."""
    items = rules.merged(request.items, term("max_items"))
    arguments: list[Any] = [
        request.checkout_id,
        request.buyer_id,
        rules.digest(request, items),
        [item.sku_id for item in items],
        [item.qty for item in items],
        [new_id("ord") for _ in items],
        Jsonb({merchant: asdict(referral) for merchant, referral in request.referrals.items()}),
        request.buyer_promoter_id,
        Jsonb(asdict(request.address)),
        request.note,
        request.now,
        request.now + timedelta(minutes=term("unpaid_minutes")),
        _confirmed(request),
    ]
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_PLACE, arguments)
            (outcome,) = cursor.fetchone()
    except DatabaseError as error:
        raise (_refusal(error) or error) from error
    if outcome == "different":
        raise PlacedDifferently(request.checkout_id)


def _confirmed(request: PlaceRequest) -> list[str]:
    """Confirming what the law does not ask to confirm means nothing and is not written down."""
    if not request.confirmed:
        return []
    with transaction.atomic():
        return queries.to_confirm(sorted(request.confirmed))


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


@transaction.atomic
def open_payment(
    checkout_id: str, *, buyer_id: str, payer_openid: str, channel: str, now: datetime, method: str = "wechat"
) -> Payment:
    """The payment of a checkout, ready for the cashier. Raises `OrderNotFound`, `NoSuchMove` when it is too late."""
    row = models.Checkout.objects.select_for_update().filter(id=checkout_id, buyer_id=buyer_id).first()
    if row is None:
        raise OrderNotFound(checkout_id)
    rules.ORDER_FLOW.after(OrderState(row.state), OrderVerb.PAY)
    if row.closing or now >= row.expires_at:
        rules.ORDER_FLOW.after(OrderState.CLOSED, OrderVerb.PAY)
    payment = payments.open_payment(
        checkout_id,
        row.total_fen,
        payer_openid,
        "信推商品订单",
        channel,
        now=now,
        expires_at=row.expires_at,
        shared=_shared(checkout_id),
        psp=method,
    )
    if row.payment_id != payment.id:
        row.payment_id = payment.id
        row.save(update_fields=["payment_id"])
    return payment


def _shared(checkout_id: str) -> bool:
    """Whether the money may be split (分账): only where all of it is one shop's, and the shop wants it."""
    shops = list(models.Order.objects.filter(checkout_id=checkout_id).values_list("merchant_id", flat=True))
    return len(shops) == 1 and merchants.get(shops[0]).settings.shares_profit


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
    catalog.move(StockKind.RELEASE, stock_changes(ids, "orders.closed"), now=now)


def stock_changes(order_ids: Sequence[str], reason: str) -> list[catalog.StockChange]:
    """The lines of these orders as changes of stock, named by the business event."""
    rows = models.Line.objects.filter(order_id__in=order_ids).order_by("sku_id", "order_id")
    return [catalog.StockChange(r.merchant_id, r.sku_id, r.qty, f"{reason}/{r.order_id}") for r in rows]


def log(orders: Sequence[models.Order], verb: str, now: datetime, *, actor: str = "", more: str = "") -> None:
    """The lines that the buyer reads."""
    spoken = {**rules.AFTERSALE_SAYS, **rules.ORDER_SAYS} | (rules.OVERDUE_SAYS if actor == CLOCK else {})
    says = spoken[verb] + (f"：{more}" if more else "")
    models.Event.objects.bulk_create(
        models.Event(merchant_id=o.merchant_id, order_id=o.id, verb=verb, says=says, actor=actor, at=now)
        for o in orders
    )
