"""Whoever appealed is told what a human answered."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from xintui.engagement.notifications.contracts import Notice
from xintui.engagement.notifications.services.telling import tell, tell_shops
from xintui.promotion.promoters import facade as promoters
from xintui.trust.appeals.contracts import AppealDecided, PartyKind

OUTCOME: Final = {True: "申诉成立，原决定已撤销", False: "维持原决定"}


def appeal_answered(events: Sequence[AppealDecided], *, now: datetime) -> int:
    """A promoter, a buyer or a shop."""
    users = promoters.get(one.party_id for one in events if one.party_kind == PartyKind.PROMOTER)
    people, shops = [], []
    for one in events:
        facts = {"goods": one.title, "kind": OUTCOME[one.granted], "note": one.says}
        if one.party_kind == PartyKind.MERCHANT:
            shops.append(Notice(one.party_id, "shop_appeal_answered", one.appeal_id, facts))
        elif one.party_kind == PartyKind.BUYER:
            people.append(Notice(one.party_id, "appeal_answered", one.appeal_id, facts))
        elif one.party_id in users:
            people.append(Notice(users[one.party_id].user_id, "appeal_answered", one.appeal_id, facts))
    return tell(people, now=now) + tell_shops(shops, now=now)
