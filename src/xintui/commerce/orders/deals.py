"""Who bought through whom from whom: the whole market in one statement, for those who judge relations."""

from datetime import datetime

from xintui.commerce.orders.contracts import Deal
from xintui.infra import sql


def deals(*, until: datetime) -> list[Deal]:
    """Paid orders before a moment, by buyer, promoter and shop."""
    return [Deal(**row) for row in sql.rows(__package__, "deals", {"until": until})]
