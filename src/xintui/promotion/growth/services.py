"""A step down is a machine's decision: whom it hit puts it before a human, and gets the level back if it was wrong."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from xintui.foundation.identity.contracts import Principal
from xintui.infra.outbox import facade as outbox
from xintui.promotion.growth import tables
from xintui.promotion.growth.contracts import LevelMoved, NotAppealable, Outcome, ReviewNotFound
from xintui.promotion.growth.models import Review
from xintui.promotion.promoters import facade as promoters
from xintui.promotion.promoters.contracts import Promoter
from xintui.trust.appeals import facade as appeals
from xintui.trust.appeals.contracts import About, Appeal, AppealDecided, Party, PartyKind

REASON = "reinstated"


@transaction.atomic
def appeal(review_id: str, promoter: Promoter, words: str, *, by: Principal, now: datetime) -> Appeal:
    """Put one's word against a step down.

    Raises `ReviewNotFound` (also for another's), `NotAppealable`, and what `appeals.file` raises.
    """
    row = Review.objects.filter(id=review_id, promoter_id=promoter.id).first() if review_id.isdecimal() else None
    if row is None:
        raise ReviewNotFound(review_id)
    if row.outcome != Outcome.DOWN:
        raise NotAppealable(review_id)
    party = Party(PartyKind.PROMOTER, promoter.id)
    title = f"{row.month:%Y-%m} 复核降级"
    return appeals.file(About.GROWTH, str(row.id), appellant=party, title=title, words=words, by=by, now=now)


@transaction.atomic
def appeal_decided(events: Sequence[AppealDecided]) -> None:
    """Handler: an appeal won gives back the level there was, unless a later review has led higher since."""
    for event in events:
        if event.about != About.GROWTH or not event.granted:
            continue
        row = Review.objects.get(id=event.subject_id)
        path = tables.rules(row.month)
        now_at = promoters.one(row.promoter_id).level
        if path.at(now_at) >= path.at(row.before):
            continue
        promoters.set_level(row.promoter_id, row.before, actor="system", reason=REASON, now=event.at)
        title = path.steps[path.at(row.before)].title
        outbox.publish(LevelMoved(row.promoter_id, now_at, row.before, title, True, row.month, event.at))
