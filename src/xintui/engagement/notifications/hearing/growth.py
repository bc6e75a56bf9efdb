"""Whoever a review took up or down is told."""

from collections.abc import Sequence
from datetime import datetime

from xintui.engagement.notifications.contracts import Notice
from xintui.engagement.notifications.services.telling import tell
from xintui.promotion.growth.contracts import LevelMoved
from xintui.promotion.promoters import facade as promoters


def level_moved(events: Sequence[LevelMoved], *, now: datetime) -> int:
    users = promoters.get(event.promoter_id for event in events)
    notices = [
        Notice(
            users[one.promoter_id].user_id, "level_up" if one.up else "level_down", f"{one.promoter_id}/{one.month}",
            {"kind": one.title},
        )
        for one in events
        if one.promoter_id in users
    ]  # fmt: skip
    return tell(notices, now=now)
