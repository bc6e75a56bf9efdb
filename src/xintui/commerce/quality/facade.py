"""商品质量 quality: the public face."""

from xintui.commerce.quality.jobs import unlists, warn
from xintui.commerce.quality.model import card
from xintui.commerce.quality.queries import (
    alerts,
    block,
    blocks,
    days,
    paused,
    paused_of_shops,
    require_promotable,
    standing,
    standings,
)
from xintui.commerce.quality.services import (
    appeal,
    appeal_decided,
    judge,
    on_after_sale,
    on_paid,
    on_received,
    on_refunded,
    on_reviewed,
    on_shown,
    rebuild,
    refresh,
)
from xintui.commerce.quality.tables import terms

__all__ = [
    "alerts", "appeal", "appeal_decided", "block", "blocks", "card", "days", "judge", "on_after_sale", "on_paid",
    "on_received", "on_refunded", "on_reviewed", "on_shown", "paused", "paused_of_shops", "rebuild", "refresh",
    "require_promotable", "standing", "standings", "terms", "unlists", "warn",
]  # fmt: skip
