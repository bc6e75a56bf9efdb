"""传播层级: how far a promoter's shares went, by depth and channel. A picture of reach, never of pay."""

from datetime import date, timedelta
from typing import Final

from xintui.infra import sql
from xintui.kernel.times import day_start
from xintui.promotion.attribution.contracts import BadRange, Channel, Spot, Spread
from xintui.promotion.promoters import facade as promoters

MOST_DAYS: Final = 366


def spread(promoter_id: str, *, since: date, until: date) -> Spread:
    """The share tree over whole days of Shanghai, both ends included; two statements. Raises `BadRange`.

    Clicks count on the day of the click, orders on the day of the payment.
    """
    if not 0 <= (until - since).days < MOST_DAYS or not date(2000, 1, 1) <= since <= until <= date(2999, 12, 31):
        raise BadRange(MOST_DAYS)
    params = {
        "promoter_id": promoter_id,
        "user_id": promoters.one(promoter_id).user_id,
        "since": day_start(since),
        "until": day_start(until + timedelta(days=1)),
    }
    rows = sql.rows(__package__, "spread", params)
    locked = sum(row["orders"] for row in rows if row["depth"] == 0)
    spots = [Spot(**(row | {"channel": Channel(row["channel"])})) for row in rows if row["depth"]]
    return Spread(since, until, tuple(spots), locked)
