"""时限: whoever lets a deadline pass has decided. The table of deadlines is `data/deadlines.json`."""

import logging
from datetime import datetime, timedelta

from django.db import transaction

from xintui.commerce.orders import models
from xintui.commerce.orders.contracts import AfterSaleKind, AfterSaleState, AfterSaleVerb
from xintui.commerce.orders.services import aftersales, cases, exchanges
from xintui.commerce.orders.services.cases import Step, Wanted
from xintui.kernel.errors import DomainError

alarm = logging.getLogger("xintui.orders")
A, V = AfterSaleState, AfterSaleVerb
AGAIN = timedelta(hours=1)
"""When a decision that could not be carried out is tried again."""


def decide_overdue(*, now: datetime, limit: int = 200) -> int:
    """Sweep: decide for the buyer what a merchant left unanswered, and end what a buyer left; how many.

    Each in its own transaction: one that cannot be carried out is put off and holds nobody else up.
    """
    with transaction.atomic():
        found = models.AfterSale.objects.filter(due_at__lte=now).order_by("due_at")
        due = list(found.values_list("id", flat=True)[:limit])
    done = 0
    for after_sale_id in due:
        try:
            done += _decide(after_sale_id, now)
        except DomainError as no:
            alarm.error("overdue after-sale %s could not be decided: %s", after_sale_id, no)
            with transaction.atomic():
                models.AfterSale.objects.filter(id=after_sale_id, due_at__lte=now).update(due_at=now + AGAIN)
    return done


@transaction.atomic
def _decide(after_sale_id: str, now: datetime) -> int:
    ((order, sale),) = cases.locked([Wanted(after_sale_id)])
    if sale.due_at is None or sale.due_at > now:
        return 0  # somebody was faster
    clock, state = cases.CLOCK, AfterSaleState(sale.state)
    ended = {A.AWAITING_RETURN: V.CANCEL, A.RESHIPPED: V.CONFIRM_REPLACEMENT}.get(state)
    if ended is None and state is A.RETURNING and sale.kind == AfterSaleKind.EXCHANGE:
        exchanges.turn(order, sale, actor=clock, now=now, note="")
    aftersales.carry_out([Step(order, sale, ended or aftersales.approval(sale), clock, now)])
    return 1
