"""Who bought through whom from whom: the whole market in one statement, for those who judge relations."""

from datetime import datetime

from xintui.commerce.orders import models
from xintui.commerce.orders.contracts import Deal
from xintui.infra import sql


def deals(*, until: datetime) -> list[Deal]:
    """Paid orders before a moment, by buyer, promoter and shop."""
    return [Deal(**row) for row in sql.rows(__package__, "deals", {"until": until})]


def has_bought(buyer_id: str, *, since: datetime) -> bool:
    """Whether somebody has paid for anything from then on."""
    return models.Order.objects.filter(buyer_id=buyer_id, paid_at__gte=since).exists()
