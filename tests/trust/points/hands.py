"""Hands that earn: whose points, and on which day."""

from datetime import UTC, date, datetime, timedelta

from xintui.foundation.identity.contracts import SYSTEM
from xintui.trust.points import facade
from xintui.trust.points.contracts import Account, Earned, Voucher

T0 = datetime(2026, 11, 10, 2, 0, tzinfo=UTC)
DAY = timedelta(days=1)
ANNA, BELA = "pro01ANNA", "pro02BELA"


def earned(points: int, key: str = "sales/2026-10", *, member: str = ANNA, day: date | None = None) -> int:
    at = T0 if day is None else datetime(day.year, day.month, day.day, 4, tzinfo=UTC)
    return facade.earn([Earned(member, key, "sales", points, day or T0.date(), "10 月净成交")], now=at)


def there(member: str = ANNA, *, at: datetime = T0) -> Account:
    return facade.account(member, today=at.date())


def redeemed(tool: str = "appeal_fast", *, points: int = 600, at: datetime = T0) -> Voucher:
    return facade.redeem(ANNA, tool, points=points, by=SYSTEM, now=at)
