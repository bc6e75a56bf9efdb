"""信任银行 points: the public face."""

from xintui.trust.points.queries import (
    account,
    accounts,
    audit,
    benefits,
    corrections,
    earnings,
    history,
    is_settled,
    shop_benefits,
    tools,
    vouchers,
    was_used,
)
from xintui.trust.points.rules import sales, worth
from xintui.trust.points.services.correcting import approve, ask, refuse
from xintui.trust.points.services.earning import earn, expire_due, settled
from xintui.trust.points.services.pledging import cash_in, cash_out, pledge, pledged, release, room_left
from xintui.trust.points.services.redeeming import end_due, give_back, redeem, use
from xintui.trust.points.tables import benefits as benefit_table
from xintui.trust.points.tables import catalogue, earning

__all__ = [
    "account", "accounts", "approve", "ask", "audit", "benefit_table", "benefits", "cash_in", "cash_out", "catalogue",
    "corrections", "earn", "earning", "earnings", "end_due", "expire_due", "give_back", "history", "is_settled",
    "pledge", "pledged", "redeem", "refuse", "release", "room_left", "sales", "settled", "shop_benefits", "tools",
    "use", "vouchers", "was_used", "worth",
]  # fmt: skip
