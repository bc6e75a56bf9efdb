"""A promoter is told which shop asks her, the shop what she answered."""

from collections.abc import Sequence
from datetime import datetime

from xintui.engagement.notifications.contracts import Notice
from xintui.engagement.notifications.services.telling import tell, tell_shops
from xintui.kernel.times import SHANGHAI
from xintui.promotion.promoters import facade as promoters
from xintui.promotion.screening.contracts import InvitationAnswered, InvitationSent


def invited(events: Sequence[InvitationSent], *, now: datetime) -> int:
    users = promoters.get(event.promoter_id for event in events)
    notices = [
        Notice(
            users[one.promoter_id].user_id, "invited", one.invitation_id,
            {
                "kind": one.merchant_name, "goods": one.product_title or "店铺商品",
                "at": f"{one.expires_at.astimezone(SHANGHAI):%m-%d %H:%M}",
            },
        )
        for one in events
        if one.promoter_id in users
    ]  # fmt: skip
    return tell(notices, now=now)


def invitation_answered(events: Sequence[InvitationAnswered], *, now: datetime) -> int:
    notices = [
        Notice(
            one.merchant_id, "shop_invitation_accepted" if one.accepted else "shop_invitation_declined",
            one.invitation_id, {"kind": one.name, "goods": one.product_title or "店铺商品"},
        )
        for one in events
    ]  # fmt: skip
    return tell_shops(notices, now=now)
