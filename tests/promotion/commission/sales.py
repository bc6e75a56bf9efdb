"""Sales and refunds as orders tells of them, and balances, for the tests of commission."""

from datetime import UTC, datetime, timedelta
from typing import Any

from xintui.commerce.orders.contracts import LineRefunded, OrderPaid, OrderReceived, PaidLine
from xintui.foundation.ledger import facade as ledger
from xintui.foundation.ledger.facade import Account, Kind
from xintui.promotion.commission import facade as commission

T0 = datetime(2026, 11, 2, 4, 0, tzinfo=UTC)
DAY = timedelta(days=1)
SHOP, OTHER_SHOP = "mch01TEA", "mch02SILK"
BASE = {"id": "base", "priority": 0, "match": {}, "rate_bp": 1250}


def plan(version: str = "v1", *rules: dict[str, Any], freeze_days: int = 7, tiers: Any = ()) -> dict[str, Any]:
    return {
        "version": version,
        "auto_receipt_days": 10,
        "freeze_days": freeze_days,
        "rules": list(rules or (BASE,)),
        "tiers": list(tiers),
    }


def publish(*rules: dict[str, Any], version: str = "v1", at: datetime = T0 - 30 * DAY, **more: Any) -> None:
    """A plan in force, without the ways of publishing (those have their own tests)."""
    commission.publish_plan(commission.parse_plan(plan(version, *rules, **more)), in_force_from=at)


def paid(
    order: str,
    *lines: tuple[str, int],
    promoter: str = "pro1",
    buyer_is: str = "",
    shop: str = SHOP,
    at: datetime = T0,
    category: str = "tea",
    sku: str = "sku1",
) -> OrderPaid:
    """An order whose lines are (line id, paid fen)."""
    return OrderPaid(
        order_id=order,
        merchant_id=shop,
        buyer_id="usr01BUYER",
        currency="CNY",
        paid_at=at,
        lines=tuple(
            PaidLine(
                line_id=line,
                product_id=f"prd-{category}",
                sku_id=sku,
                category=category,
                qty=1,
                paid_fen=fen,
                promoter_id=promoter,
                attribution_id="att1" if promoter else "",
                buyer_promoter_id=buyer_is,
            )
            for line, fen in lines
        ),
    )


def sell(*orders: OrderPaid) -> int:
    return commission.accrue(orders, now=max(one.paid_at for one in orders))


def refund(refund_id: str, order: str, line: str, fen: int, *, at: datetime, shop: str = SHOP) -> LineRefunded:
    return LineRefunded(
        refund_id=refund_id, order_id=order, line_id=line, merchant_id=shop, refund_fen=fen, refunded_at=at
    )


def give_back(refund_id: str, order: str, line: str, fen: int, *, at: datetime) -> int:
    return commission.refunded([refund(refund_id, order, line, fen, at=at)], now=at)


def receive(order: str, *lines: str, at: datetime) -> int:
    return commission.received([OrderReceived(order, SHOP, at, lines)], now=at)


def money(promoter: str = "pro1") -> tuple[int, int, int]:
    """Pending, due, debt."""
    kinds = (Kind.PROMOTER_PENDING, Kind.PROMOTER_DUE, Kind.PROMOTER_DEBT)
    found = ledger.balances([Account(kind, promoter) for kind in kinds])
    return tuple(found[Account(kind, promoter)].posted_fen for kind in kinds)  # type: ignore[return-value]


def bonus_paid() -> int:
    """What the platform has paid in tier bonuses. The account has no floor: it is folded first."""
    ledger.fold()
    return ledger.balance(Account(Kind.PLATFORM_BONUS, "platform")).posted_fen
