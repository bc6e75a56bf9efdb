"""What somebody is told of commission: by order, by refund, by release, for many at once."""

from collections.abc import Collection
from datetime import datetime

from xintui.infra import sql
from xintui.promotion.commission import queries
from xintui.promotion.commission.contracts import SHOP, Earning, Released, Sweep, Taken
from xintui.promotion.commission.models import CommissionLine, CommissionRefund, CommissionSweep


def earnings_of(order_ids: Collection[str], *, now: datetime) -> tuple[Earning, ...]:
    """The promoted lines of these orders as they stand; one query."""
    found = CommissionLine.objects.filter(books=SHOP, order_id__in=list(order_ids)).exclude(promoter_id="")
    return tuple(queries.as_earning(row, now) for row in found.order_by("order_id", "line_id"))


def taken_by(refund_ids: Collection[str]) -> tuple[Taken, ...]:
    """What these refunds took from commission (`refund_id/line_id`, as they were booked); one query."""
    found = CommissionRefund.objects.filter(books=SHOP, refund_id__in=list(refund_ids)).exclude(promoter_id="")
    return tuple(
        Taken(row.refund_id, row.order_id, row.line_id, row.promoter_id, row.refund_fen, row.delta_fen)
        for row in found.order_by("refund_id")
    )


def sweeps_since(epoch: int, *, limit: int) -> tuple[Sweep, ...]:
    """Release runs after this one, oldest first."""
    found = CommissionSweep.objects.filter(books=SHOP, epoch__gt=epoch).order_by("epoch")[:limit]
    return tuple(Sweep(row.epoch, row.since, row.until, row.lines, row.promoters, row.fen, row.at) for row in found)


def released_by(sweep: Sweep, *, after: str, limit: int) -> tuple[Released, ...]:
    """What a run released to each promoter, in order of their ids, those after `after`."""
    asked = {
        "books": SHOP,
        "epoch": sweep.epoch,
        "since": sweep.since,
        "until": sweep.until,
        "after": after,
        "limit": limit,
    }
    return tuple(Released(**row) for row in sql.rows(__package__, "released_by", asked))
