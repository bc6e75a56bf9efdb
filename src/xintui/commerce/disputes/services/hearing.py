"""What disputes hear of the refunds that their rulings have sent."""

from collections.abc import Sequence

from django.db import transaction

from xintui.commerce.disputes.services import appealing, paying
from xintui.commerce.orders.contracts import AfterSaleMoved


@transaction.atomic
def refund_moved(events: Sequence[AfterSaleMoved]) -> None:
    """Handler: the money has arrived or has not; then what waited for it is carried out. Each once."""
    paying.refund_moved(events)
    for event in events:
        appealing.answer_waiting([event.after_sale_id], now=event.at)
