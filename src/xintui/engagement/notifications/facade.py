"""通知 notifications: the public face."""

from xintui.engagement.notifications.hearing.appeals import appeal_answered
from xintui.engagement.notifications.hearing.buyers import after_sale, paid, shipped
from xintui.engagement.notifications.hearing.concentration import (
    concentration_cleared,
    concentration_confirmed,
    concentration_found,
)
from xintui.engagement.notifications.hearing.deposits import (
    deposit_claimed,
    deposit_due,
    deposit_paid,
    deposit_returned,
)
from xintui.engagement.notifications.hearing.disputes import dispute_moved
from xintui.engagement.notifications.hearing.goods import product_blocked, product_recovered, product_warned
from xintui.engagement.notifications.hearing.growth import level_moved
from xintui.engagement.notifications.hearing.promoters import (
    accrued,
    approved,
    corrected,
    refused,
    suspended,
    withdrawal_paid,
    withdrawal_returned,
)
from xintui.engagement.notifications.hearing.qualification import papers_expiring, papers_moved
from xintui.engagement.notifications.hearing.rosters import roster_cancelled, seat_given, seat_lapsed
from xintui.engagement.notifications.hearing.screening import invitation_answered, invited
from xintui.engagement.notifications.hearing.violations import violation_confirmed, violation_ended
from xintui.engagement.notifications.jobs import count, end_old, purge, remind_receipts, send_due, tell_released
from xintui.engagement.notifications.queries import askable, mine, of_shop, rates, settings, shop_unread, unread
from xintui.engagement.notifications.services.reading import (
    allow,
    forget,
    keep_quiet,
    open_message,
    prefer,
    read_all,
    shop_read,
    shop_read_all,
    shown,
    stop_wechat,
)
from xintui.engagement.notifications.services.telling import tell, tell_shops
from xintui.engagement.notifications.tables import topics

__all__ = [
    "accrued", "after_sale", "allow", "appeal_answered", "approved", "askable", "concentration_cleared",
    "concentration_confirmed", "concentration_found", "corrected", "count", "deposit_claimed", "deposit_due",
    "deposit_paid", "deposit_returned", "dispute_moved", "end_old", "forget", "invitation_answered", "invited",
    "keep_quiet", "level_moved", "mine", "of_shop", "open_message", "paid", "papers_expiring", "papers_moved",
    "prefer", "product_blocked", "product_recovered", "product_warned", "purge", "rates", "read_all", "refused",
    "remind_receipts", "roster_cancelled", "seat_given", "seat_lapsed", "send_due", "settings", "shipped",
    "shop_read", "shop_read_all", "shop_unread", "shown", "stop_wechat", "suspended", "tell", "tell_released",
    "tell_shops", "topics", "unread", "violation_confirmed", "violation_ended", "withdrawal_paid",
    "withdrawal_returned",
]  # fmt: skip
