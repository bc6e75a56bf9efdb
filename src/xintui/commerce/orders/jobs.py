"""Sweeps, set-based: each takes what is due and leaves what another worker holds."""

from datetime import datetime, timedelta

from django.db import transaction

from xintui.commerce.orders.services.shipping import received
from xintui.commerce.orders.terms import term
from xintui.infra import sql
from xintui.infra.outbox import facade as outbox


@transaction.atomic
def auto_receive(*, now: datetime, limit: int = 1000) -> int:
    """Parcels received by the passing of time; how many."""
    rows = sql.rows(__package__, "auto_receive", {"now": now, "limit": limit})
    outbox.publish(*(received(row["order_id"], row["merchant_id"], now, row["line_ids"]) for row in rows))
    return len(rows)


@transaction.atomic
def finish(*, now: datetime, limit: int = 1000) -> int:
    """Orders whose after-sale time is over; how many."""
    before = now - timedelta(days=term("after_sale_days"))
    return sql.run(__package__, "finish", {"now": now, "before": before, "limit": limit})
