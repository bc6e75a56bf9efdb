"""From the warehouse to the buyer's hands."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from xintui.commerce.merchants import facade as merchants
from xintui.commerce.orders import models, queries, rules
from xintui.commerce.orders.contracts import (
    AfterSaleOpen,
    Arrival,
    Order,
    OrderNotFound,
    OrderReceived,
    OrderShipped,
    OrderState,
    OrderVerb,
    Parcel,
)
from xintui.commerce.orders.services.cases import Actor, audit, name
from xintui.commerce.orders.services.placing import entry, write_log
from xintui.infra import batches, sql
from xintui.infra.outbox import facade as outbox
from xintui.kernel.errors import DomainError

_PACKAGE = "xintui.commerce.orders"


def ship(
    order_id: str, *, merchant_id: str, carrier: str, tracking_no: str, actor: Actor, now: datetime, note: str = ""
) -> Order:
    """The parcel is on its way; the clock to automatic receipt starts. Raises `OrderNotFound`, `AfterSaleOpen`."""
    return batches.only(ship_many([Parcel(order_id, merchant_id, carrier, tracking_no, now, note)], actor=actor))


def ship_many(parcels: Sequence[Parcel], *, actor: Actor) -> list[Order | DomainError]:
    """`ship` for many: each answer is the order or the refusal. A thousand cost as many statements as one."""
    return batches.each(lambda asked: _shipped(asked, actor), parcels, apart=lambda parcel: parcel.order_id)


def receive(order_id: str, *, buyer_id: str, now: datetime) -> Order:
    """The buyer says that it has come. Raises `OrderNotFound`."""
    return batches.only(receive_many([Arrival(order_id, buyer_id, now)]))


def receive_many(arrivals: Sequence[Arrival]) -> list[Order | DomainError]:
    """`receive` for many: each answer is the order or the refusal."""
    return batches.each(_arrived, arrivals, apart=lambda arrival: arrival.order_id)


def _shipped(parcels: Sequence[Parcel], actor: Actor) -> list[Order]:
    rows = _locked([parcel.order_id for parcel in parcels])
    shops = merchants.get_many({parcel.merchant_id for parcel in parcels})
    moved = []
    for parcel in parcels:
        row = rows.get(parcel.order_id)
        if row is None or row.merchant_id != parcel.merchant_id:
            raise OrderNotFound(parcel.order_id)
        row.state = rules.ORDER_FLOW.after(OrderState(row.state), OrderVerb.SHIP)
        if row.refund_pending_fen:
            raise AfterSaleOpen(parcel.order_id)
        row.carrier, row.tracking_no, row.shipped_at = parcel.carrier.strip(), parcel.tracking_no.strip(), parcel.now
        row.auto_receive_at = parcel.now + timedelta(days=shops[parcel.merchant_id].settings.auto_receipt_days)
        moved.append(row)
    sql.run(
        _PACKAGE,
        "ship",
        {
            "merchants": [row.merchant_id for row in moved],
            "ids": [row.id for row in moved],
            "carriers": [row.carrier for row in moved],
            "numbers": [row.tracking_no for row in moved],
            "shipped_at": [row.shipped_at for row in moved],
            "auto_receive_at": [row.auto_receive_at for row in moved],
        },
    )
    write_log(
        entry(row, "ship", p.now, actor=name(actor), more=_label(row)) for row, p in zip(moved, parcels, strict=True)
    )
    for row, parcel in zip(moved, parcels, strict=True):
        after = {"state": str(row.state), "carrier": row.carrier, "tracking_no": row.tracking_no}
        audit(actor, "ship", ("order", row.id), ({"state": OrderState.PAID.value}, after), parcel.note)
    outbox.publish(
        *(
            OrderShipped(row.id, row.merchant_id, row.buyer_id, row.carrier, row.tracking_no, parcel.now)
            for row, parcel in zip(moved, parcels, strict=True)
        )
    )
    return queries.with_lines(moved)


def _label(row: models.Order) -> str:
    return f"{row.carrier} {row.tracking_no}"


def _arrived(arrivals: Sequence[Arrival]) -> list[Order]:
    rows = _locked([arrival.order_id for arrival in arrivals])
    moved = []
    for arrival in arrivals:
        row = rows.get(arrival.order_id)
        if row is None or row.buyer_id != arrival.buyer_id:
            raise OrderNotFound(arrival.order_id)
        row.state = rules.ORDER_FLOW.after(OrderState(row.state), OrderVerb.RECEIVE)
        row.received_at = arrival.now
        moved.append(row)
    at = [arrival.now for arrival in arrivals]
    sql.run(
        _PACKAGE,
        "receive",
        {"merchants": [row.merchant_id for row in moved], "ids": [row.id for row in moved], "received_at": at},
    )
    write_log(entry(row, "receive", now, actor="buyer") for row, now in zip(moved, at, strict=True))
    orders = queries.with_lines(moved)
    outbox.publish(
        *(
            received(order.id, order.merchant_id, now, [line.id for line in order.lines])
            for order, now in zip(orders, at, strict=True)
        )
    )
    return orders


def received(order_id: str, merchant_id: str, at: datetime, line_ids: Sequence[str]) -> OrderReceived:
    return OrderReceived(order_id=order_id, merchant_id=merchant_id, received_at=at, line_ids=tuple(line_ids))


def _locked(order_ids: Sequence[str]) -> dict[str, models.Order]:
    """In id order, as everywhere."""
    return {row.id: row for row in models.Order.objects.select_for_update().filter(id__in=order_ids).order_by("id")}
