"""What a link brought: signed rows per paid order and per refund, so that sums explain themselves and none is hot."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from django.db import transaction

from xintui.commerce.orders import facade as orders
from xintui.commerce.orders.contracts import LineRefunded, OrderPaid
from xintui.infra import sql
from xintui.promotion.attribution.contracts import Kept, Record, SaleNotHeardYet
from xintui.promotion.attribution.models import Sale


def record(promoter_id: str, *, since: datetime) -> Record:
    """What a promoter's links brought since then, and what of it came back; what she bought herself is left out."""
    (row,) = sql.rows(__package__, "record", {"promoter_id": promoter_id, "since": since})
    return Record(**row)


def records(promoter_ids: Collection[str], *, since: datetime) -> dict[str, Record]:
    """`record` of many, in one statement; who brought nothing is not among them."""
    rows = sql.rows(__package__, "records", {"promoter_ids": list(promoter_ids), "since": since})
    return {row.pop("promoter_id"): Record(**row) for row in rows}


def kept(promoter_ids: Collection[str], *, since: datetime, until: datetime) -> dict[str, Kept]:
    """What the orders paid within a span brought these promoters and has not come back by now; her own left out."""
    span = {"promoter_ids": list(promoter_ids), "since": since, "until": until}
    return {row.pop("promoter_id"): Kept(**row) for row in sql.rows(__package__, "month", span)}


@transaction.atomic
def record_sales(events: Iterable[OrderPaid]) -> int:
    """One row for each paid order that a promoter brought, under the link that decided; how many were new."""
    found: dict[str, tuple[OrderPaid, list[int]]] = {}
    for event in events:
        lines = [line for line in event.lines if line.promoter_id]
        if lines:
            found[event.order_id] = (event, [line.paid_fen for line in lines])
    if not found:
        return 0
    told = sorted(found.items())
    lead = {key: next(line for line in event.lines if line.promoter_id) for key, (event, _) in told}
    return sql.run(
        __package__,
        "sales",
        {
            "order_ids": [key for key, _ in told],
            "merchant_ids": [event.merchant_id for _, (event, _) in told],
            "promoter_ids": [lead[key].promoter_id for key, _ in told],
            "attribution_ids": [lead[key].attribution_id for key, _ in told],
            "fens": [sum(fens) for _, (_, fens) in told],
            "ats": [event.paid_at for _, (event, _) in told],
        },
    )


@transaction.atomic
def record_refunds(events: Sequence[LineRefunded]) -> int:
    """What goes back of those orders; how many rows were new. Raises `SaleNotHeardYet`: the outbox brings it again."""
    known = set(
        Sale.objects.filter(order_id__in={event.order_id for event in events}, reason__startswith="paid/")
        .values_list("order_id", flat=True)
    )  # fmt: skip
    missing = {event.order_id for event in events} - known
    if missing and (early := sorted(order_id for order_id, _ in orders.referred(sorted(missing)))):
        raise SaleNotHeardYet(early[0])
    mine = [event for event in events if event.order_id in known]
    if not mine:
        return 0
    return sql.run(
        __package__,
        "sale_refunds",
        {
            "order_ids": [event.order_id for event in mine],
            "reasons": [f"refund/{event.refund_id}/{event.line_id}" for event in mine],
            "fens": [-event.refund_fen for event in mine],
            "ats": [event.refunded_at for event in mine],
        },
    )
