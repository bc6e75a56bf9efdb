"""Whoever holds a paper hears what became of it, and when it is about to run out."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from xintui.engagement.notifications.contracts import Notice
from xintui.engagement.notifications.services.telling import tell, tell_shops
from xintui.promotion.promoters import facade as promoters
from xintui.trust.qualification.contracts import (
    STATE_NAMES,
    CertificateExpiring,
    CertificateMoved,
    HolderKind,
    State,
)

TOLD: Final = frozenset({State.PASSED, State.REFUSED, State.EXPIRED})
"""What its holder did himself he knows."""


def papers_moved(events: Sequence[CertificateMoved], *, now: datetime) -> int:
    news = [
        (one, f"{one.certificate_id}/{one.state}/{one.at:%Y%m%d%H%M}",
         {"kind": one.title, "note": STATE_NAMES[State(one.state)], "why": one.says})
        for one in events
        if State(one.state) in TOLD
    ]  # fmt: skip
    return _tell("papers_moved", news, now)


def papers_expiring(events: Sequence[CertificateExpiring], *, now: datetime) -> int:
    news = [
        (one, f"{one.certificate_id}/{one.days}",
         {"kind": one.title, "note": f"{one.days} 天", "at": f"{one.expires_on:%Y-%m-%d}"})
        for one in events
    ]  # fmt: skip
    return _tell("papers_expiring", news, now)


def _tell(
    code: str, news: Sequence[tuple[CertificateMoved | CertificateExpiring, str, dict[str, str]]], now: datetime
) -> int:
    users = promoters.get([one.holder_id for one, _, _ in news if one.holder_kind == HolderKind.PROMOTER])
    people = [
        Notice(users[one.holder_id].user_id, code, key, facts) for one, key, facts in news if one.holder_id in users
    ]
    shops = [
        Notice(one.holder_id, f"shop_{code}", key, facts)
        for one, key, facts in news
        if one.holder_kind == HolderKind.MERCHANT
    ]
    return tell(people, now=now) + tell_shops(shops, now=now)
