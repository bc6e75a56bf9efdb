"""What commission does when an order is paid, received or refunded. Every handler may hear the same event twice.

`now` comes with the delivery. Times inside events may be ahead of it (the gateway has its own clock), and `settle` sets
aside what lies after the instant it settles to; so a batch is settled to whichever is later.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db import transaction

from xintui.commerce.disputes.contracts import DisputeReversed
from xintui.commerce.orders import facade as orders
from xintui.commerce.orders.contracts import LineRefunded, OrderPaid, OrderReceived, PaidLine
from xintui.kernel.times import accounting_date
from xintui.promotion.commission.contracts import SHOP, NotBooked, NotBookedYet, Receipt, Refund, Sale
from xintui.promotion.commission.models import CommissionLine, CommissionRefund
from xintui.promotion.commission.restoring import restore
from xintui.promotion.commission.services import receive, settle
from xintui.promotion.promoters import facade as promoters
from xintui.trust.points.contracts import Perk

CURRENCY: Final = "CNY"
"""The shop keeps one set of books in one currency; another currency needs books of its own."""


@transaction.atomic
def accrue(events: Sequence[OrderPaid], *, now: datetime) -> int:
    """Book every promoted line under the plan in force when it was paid; how many were new.

    Lines that nobody referred are not commission's. Raises `NotBooked` when a line is known with other facts.
    """
    promoted = [(event, line) for event in events for line in event.lines if line.promoter_id]
    if not promoted:
        return 0
    assert all(event.currency == CURRENCY for event, _ in promoted), "the shop's books are kept in one currency"
    known = promoters.get({line.promoter_id for _, line in promoted})
    sales = [
        _sale(row, event, line, known[line.promoter_id].level if line.promoter_id in known else "")
        for row, (event, line) in enumerate(promoted)
    ]
    until = max(now, *(event.paid_at for event, _ in promoted))
    outcome = settle(now=until, sales=sales, currency=CURRENCY)
    if outcome.refused:
        refused = outcome.refused[0]
        raise NotBooked("sale", f"{sales[refused.row].order_id}/{sales[refused.row].line_id}", refused.message)
    return outcome.sales_new


def _sale(row: int, event: OrderPaid, line: PaidLine, level: str) -> Sale:
    """The line as the books see it. 自购: the buyer counts as the promoter he is, so the two can be seen to be one."""
    own = line.buyer_promoter_id == line.promoter_id
    return Sale(
        row=row,
        order_id=event.order_id,
        line_id=line.line_id,
        merchant_id=event.merchant_id,
        buyer_id=line.promoter_id if own else event.buyer_id,
        product_id=line.product_id,
        category=line.category,
        qty=line.qty,
        paid_fen=line.paid_fen,
        currency=event.currency,
        promoter_id=line.promoter_id,
        promoter_level=level,
        paid_at=event.paid_at,
        received_at=None,
        sku_id=line.sku_id,
    )


@transaction.atomic
def received(events: Sequence[OrderReceived], *, now: datetime) -> int:
    """Start the freeze clock of the promoted lines; how many were scheduled. Raises `NotBookedYet`."""
    told = {(event.order_id, line): event.received_at for event in events for line in event.line_ids}
    ours = _booked(list(told))
    receipts = [Receipt(order_id, line_id, told[order_id, line_id]) for order_id, line_id in sorted(ours)]
    return receive(receipts, now=now, sooner=_sooner(receipts, now)) if receipts else 0


def _sooner(receipts: Sequence[Receipt], now: datetime) -> dict[str, int]:
    """佣金提前释放: by promoter, how many days less than the plan says, by today's credit and level."""
    lines = CommissionLine.objects.filter(books=SHOP, order_id__in={one.order_id for one in receipts})
    known = set(lines.exclude(promoter_id="").values_list("promoter_id", flat=True).distinct())
    found = promoters.perks(known, today=accounting_date(now))
    return {one: worth[Perk.FASTER_RELEASE] for one, worth in found.items() if worth[Perk.FASTER_RELEASE]}


@transaction.atomic
def refunded(events: Sequence[LineRefunded], *, now: datetime) -> int:
    """Take back what a refund takes from the commission; how many were new. Raises `NotBookedYet`, `NotBooked`."""
    ours = _booked([(event.order_id, event.line_id) for event in events])
    mine = [event for event in events if (event.order_id, event.line_id) in ours]
    if not mine:
        return 0
    refunds = [
        Refund(
            row=row,
            refund_id=f"{event.refund_id}/{event.line_id}",
            order_id=event.order_id,
            line_id=event.line_id,
            refund_fen=event.refund_fen,
            refunded_at=event.refunded_at,
        )
        for row, event in enumerate(mine)
    ]
    outcome = settle(now=max(now, *(event.refunded_at for event in mine)), refunds=refunds, currency=CURRENCY)
    if outcome.refused:
        raise NotBooked("refund", refunds[outcome.refused[0].row].refund_id, outcome.refused[0].message)
    return outcome.refunds_new


@transaction.atomic
def restored(events: Sequence[DisputeReversed], *, now: datetime) -> int:
    """A ruling was reversed: what its refunds took from commission comes back; how many refunds were undone.

    Raises `NotBookedYet` while one of them has not been heard of.
    """
    told = {(event.order_id, part.line_id): part for event in events for part in event.parts}
    ours = _booked(list(told))
    numbers = {f"{told[key].refund_id}/{told[key].line_id}": key for key in ours}
    known = CommissionRefund.objects.filter(books=SHOP, refund_id__in=list(numbers)).values_list("refund_id", flat=True)
    if missing := sorted(numbers.keys() - set(known)):
        raise NotBookedYet(*numbers[missing[0]])
    return restore(sorted(numbers), now=now).refunds_new if numbers else 0


def _booked(lines: Sequence[tuple[str, str]]) -> set[tuple[str, str]]:
    """Those of `lines` (order, line) that are in the books.

    A line that is missing is either nobody's, then it is not commission's business, or its sale has not been heard yet:
    only orders can tell the two apart. Raises `NotBookedYet`, so that the outbox brings the event again.
    """
    wanted = set(lines)
    found = CommissionLine.objects.filter(books=SHOP, order_id__in={order_id for order_id, _ in wanted})
    known = set(found.exclude(promoter_id="").values_list("order_id", "line_id")) & wanted
    missing = wanted - known
    if missing:
        waiting = orders.referred(sorted({order_id for order_id, _ in missing}))
        if early := sorted(missing & waiting):
            raise NotBookedYet(*early[0])
    return known
