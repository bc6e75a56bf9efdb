"""Whoever broke a rule is told what was found, what follows, and when it is over."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from xintui.engagement.notifications.contracts import Notice
from xintui.engagement.notifications.services.telling import tell, tell_shops
from xintui.kernel.times import SHANGHAI
from xintui.promotion.promoters import facade as promoters
from xintui.trust.violations.contracts import (
    PENALTY_NAMES,
    Penalty,
    SubjectKind,
    ViolationConfirmed,
    ViolationEnded,
)

REVOKED: Final = "申诉成立，已撤销"
LIFTED: Final = "已解除"


def violation_confirmed(events: Sequence[ViolationConfirmed], *, now: datetime) -> int:
    def facts(one: ViolationConfirmed) -> dict[str, str]:
        until = f"，至 {one.until.astimezone(SHANGHAI):%m-%d %H:%M}" if one.until else ""
        return {"kind": one.title, "why": one.says, "note": PENALTY_NAMES[Penalty(one.penalty)] + until}

    return _tell([(one, "violation_confirmed", facts(one)) for one in events], now)


def violation_ended(events: Sequence[ViolationEnded], *, now: datetime) -> int:
    told = [(one, {"kind": one.title, "note": REVOKED if one.revoked else LIFTED}) for one in events]
    return _tell([(one, "violation_ended", facts) for one, facts in told], now)


def _tell(news: Sequence[tuple[Any, str, dict[str, str]]], now: datetime) -> int:
    mine = [one for one in news if one[0].subject_kind == SubjectKind.PROMOTER]
    users = promoters.get(event.subject_id for event, _, _ in mine)
    people = [
        Notice(users[event.subject_id].user_id, code, event.case_id, facts)
        for event, code, facts in mine
        if event.subject_id in users
    ]
    shops = [
        Notice(event.subject_id, f"shop_{code}", event.case_id, facts)
        for event, code, facts in news
        if event.subject_kind == SubjectKind.MERCHANT
    ]
    return tell(people, now=now) + tell_shops(shops, now=now)
