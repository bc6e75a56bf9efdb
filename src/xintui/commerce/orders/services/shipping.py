"""From the warehouse to the buyer's hands."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from xintui.commerce.merchants import facade as merchants
from xintui.commerce.orders import models, queries, rules
from xintui.commerce.orders.contracts import (
    AfterSaleOpen,
    Order,
    OrderNotFound,
    OrderReceived,
    OrderShipped,
    OrderState,
    OrderVerb,
)
from xintui.commerce.orders.services.cases import Actor, audit, name
from xintui.commerce.orders.services.placing import log
from xintui.infra.outbox import facade as outbox


@transaction.atomic
def ship(
    order_id: str, *, merchant_id: str, carrier: str, tracking_no: str, actor: Actor, now: datetime, note: str = ""
) -> Order:
    """The parcel is on its way; the clock to automatic receipt starts. Raises `OrderNotFound`, `AfterSaleOpen`."""
    row = _locked(order_id, merchant_id=merchant_id)
    row.state = rules.ORDER_FLOW.after(OrderState(row.state), OrderVerb.SHIP)
    if row.refund_pending_fen:
        raise AfterSaleOpen(order_id)
    days = merchants.get(merchant_id).settings.auto_receipt_days
    row.carrier, row.tracking_no, row.shipped_at = carrier.strip(), tracking_no.strip(), now
    row.auto_receive_at = now + timedelta(days=days)
    row.save(update_fields=["state", "carrier", "tracking_no", "shipped_at", "auto_receive_at"])
    log([row], "ship", now, actor=name(actor), more=f"{row.carrier} {row.tracking_no}")
    parcel = {"state": row.state.value, "carrier": row.carrier, "tracking_no": row.tracking_no}
    audit(actor, "ship", ("order", row.id), ({"state": OrderState.PAID.value}, parcel), note)
    outbox.publish(OrderShipped(row.id, row.merchant_id, row.buyer_id, row.carrier, row.tracking_no, now))
    return queries.with_lines([row])[0]


@transaction.atomic
def receive(order_id: str, *, buyer_id: str, now: datetime) -> Order:
    """The buyer says that it has come. Raises `OrderNotFound`."""
    row = _locked(order_id, buyer_id=buyer_id)
    row.state = rules.ORDER_FLOW.after(OrderState(row.state), OrderVerb.RECEIVE)
    row.received_at = now
    row.save(update_fields=["state", "received_at"])
    log([row], "receive", now, actor="buyer")
    order = queries.with_lines([row])[0]
    outbox.publish(received(order.id, order.merchant_id, now, [line.id for line in order.lines]))
    return order


def received(order_id: str, merchant_id: str, at: datetime, line_ids: Sequence[str]) -> OrderReceived:
    return OrderReceived(order_id=order_id, merchant_id=merchant_id, received_at=at, line_ids=tuple(line_ids))


def _locked(order_id: str, *, merchant_id: str = "", buyer_id: str = "") -> models.Order:
    found = models.Order.objects.select_for_update().filter(id=order_id)
    found = found.filter(merchant_id=merchant_id) if merchant_id else found.filter(buyer_id=buyer_id)
    row = found.first()
    if row is None:
        raise OrderNotFound(order_id)
    return row
