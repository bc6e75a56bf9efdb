"""What shops, and the promoters who share them, are told of goods that may not be promoted."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from xintui.commerce.catalog import facade as catalog
from xintui.commerce.quality.contracts import ProductBlocked, ProductRecovered, ProductWarned
from xintui.engagement.notifications.contracts import Notice
from xintui.engagement.notifications.services.telling import tell, tell_shops
from xintui.kernel.times import SHANGHAI
from xintui.promotion.attribution import facade as attribution
from xintui.promotion.promoters import facade as promoters

MOST: Final = 1000
"""Promoters told of one product: those whose links are the newest."""


def product_blocked(events: Sequence[ProductBlocked], *, now: datetime) -> int:
    """A product is not promoted from now on, with the figures."""
    titles = catalog.titles({event.product_id for event in events})
    notices = [
        Notice(
            event.merchant_id, "product_blocked", event.block_id,
            {"goods": titles.get(event.product_id, ""), "why": event.says, "product_id": event.product_id},
        )
        for event in events
    ]  # fmt: skip
    promoted = {event.product_id: event.block_id for event in events}
    return tell_shops(notices, now=now) + _tell_promoters("promotion_paused", promoted, titles, now)


def product_recovered(events: Sequence[ProductRecovered], *, now: datetime) -> int:
    """It may be promoted again."""
    titles = catalog.titles({event.product_id for event in events})
    notices = [
        Notice(
            event.merchant_id, "product_recovered", event.block_id,
            {"goods": titles.get(event.product_id, ""), "product_id": event.product_id},
        )
        for event in events
    ]  # fmt: skip
    promoted = {event.product_id: event.block_id for event in events}
    return tell_shops(notices, now=now) + _tell_promoters("promotion_resumed", promoted, titles, now)


def product_warned(events: Sequence[ProductWarned], *, now: datetime) -> int:
    """It may soon be kept from promotion, and why; only the shop can do something about it."""
    titles = catalog.titles({event.product_id for event in events})
    notices = [
        Notice(
            event.merchant_id, "product_warned", event.alert_id,
            {
                "goods": titles.get(event.product_id, ""), "why": event.says, "product_id": event.product_id,
                "at": event.unlists_at.astimezone(SHANGHAI).strftime("%m-%d %H:%M"),
            },
        )
        for event in events
    ]  # fmt: skip
    return tell_shops(notices, now=now)


def _tell_promoters(code: str, blocks: dict[str, str], titles: dict[str, str], now: datetime) -> int:
    """Whoever has a link to one of these goods, once for each block."""
    sharing = attribution.sharing(blocks, most=MOST)
    users = {one.id: one.user_id for one in promoters.get({who for who, _ in sharing}).values()}
    notices = [
        Notice(users[who], code, blocks[product], {"goods": titles.get(product, "")})
        for who, product in sharing
        if who in users
    ]
    return tell(notices, now=now)
