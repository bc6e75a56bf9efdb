"""A promoter is told that a seat is hers at last, that one was taken back, that the shop has called it off."""

from collections.abc import Sequence
from datetime import datetime

from xintui.engagement.notifications.contracts import Notice
from xintui.engagement.notifications.services.telling import tell
from xintui.kernel.times import SHANGHAI
from xintui.promotion.promoters import facade as promoters
from xintui.promotion.rosters.contracts import RosterCancelled, SeatGiven, SeatLapsed


def seat_given(events: Sequence[SeatGiven], *, now: datetime) -> int:
    users = promoters.get(event.promoter_id for event in events)
    notices = [
        Notice(users[one.promoter_id].user_id, "seat_given", one.seat_id, _facts(one, _until(one.use_by)))
        for one in events
        if one.promoter_id in users
    ]
    return tell(notices, now=now)


def seat_lapsed(events: Sequence[SeatLapsed], *, now: datetime) -> int:
    users = promoters.get(event.promoter_id for event in events)
    notices = [
        Notice(users[one.promoter_id].user_id, "seat_lapsed", one.seat_id, _facts(one, f" {one.hours} 小时内"))
        for one in events
        if one.promoter_id in users
    ]
    return tell(notices, now=now)


def roster_cancelled(events: Sequence[RosterCancelled], *, now: datetime) -> int:
    users = promoters.get({who for event in events for who in event.promoter_ids})
    notices = [
        Notice(
            users[who].user_id, "roster_cancelled", one.roster_id,
            {"roster_id": one.roster_id, "goods": one.product_title, "why": one.reason},
        )
        for one in events
        for who in one.promoter_ids
        if who in users
    ]  # fmt: skip
    return tell(notices, now=now)


def _facts(one: SeatGiven | SeatLapsed, note: str) -> dict[str, str]:
    return {"roster_id": one.roster_id, "goods": one.product_title, "note": note}


def _until(use_by: datetime | None) -> str:
    return f"请在 {use_by.astimezone(SHANGHAI):%m-%d %H:%M} 前生成链接，否则回到名单。" if use_by else "结束前都有效。"
