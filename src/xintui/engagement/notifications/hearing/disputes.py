"""What the two sides of a complaint are told: what the other side or the platform did, and that time runs out."""

from collections.abc import Sequence
from datetime import datetime

from xintui.commerce.disputes.contracts import DisputeMoved, Side
from xintui.engagement.notifications import rules
from xintui.engagement.notifications.contracts import Notice
from xintui.engagement.notifications.services.telling import tell, tell_shops
from xintui.kernel.times import SHANGHAI


def dispute_moved(events: Sequence[DisputeMoved], *, now: datetime) -> int:
    """Everybody concerned but whoever did it; of a deadline only whoever is waited for."""
    people, shops = [], []
    for event in events:
        key = f"{event.dispute_id}/{event.verb}/{event.at:%Y%m%d%H%M%S}"
        facts = _facts(event)
        if _hears(event, Side.BUYER):
            people.append(
                Notice(event.buyer_id, "dispute_due" if event.verb == "remind" else "dispute_news", key, facts)
            )
        if not _hears(event, Side(event.liable)):
            continue
        code = {"file": "dispute_filed", "remind": "dispute_due"}.get(event.verb, "dispute_news")
        if event.liable == Side.MERCHANT:
            shops.append(Notice(event.merchant_id, f"shop_{code}", key, facts))
        else:
            people.append(Notice(event.promoter_user_id, code, key, facts))
    return tell(people, now=now) + tell_shops(shops, now=now)


def _hears(event: DisputeMoved, side: Side) -> bool:
    return event.waits_for == side if event.verb == "remind" else event.side != side


def _facts(event: DisputeMoved) -> dict[str, str]:
    return {
        "dispute_id": event.dispute_id,
        "goods": rules.goods([event.title]),
        "amount": rules.yuan(event.amount_fen),
        "note": event.says,
        "at": event.due_at.astimezone(SHANGHAI).strftime("%m月%d日 %H:%M") if event.due_at else "",
    }
