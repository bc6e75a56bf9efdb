"""A seat taken back is a machine's decision: whom it hit puts it before a human, and stands first if it was wrong."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from xintui.commerce.catalog import facade as catalog
from xintui.foundation.identity.contracts import Principal
from xintui.promotion.rosters import models, queries, rules
from xintui.promotion.rosters.contracts import NotAppealable, SeatState
from xintui.promotion.rosters.services.opening import locked
from xintui.promotion.rosters.services.seating import stand_first
from xintui.trust.appeals import facade as appeals
from xintui.trust.appeals.contracts import About, Appeal, AppealDecided, Party, PartyKind


@transaction.atomic
def appeal(roster_id: str, promoter_id: str, words: str, *, by: Principal, now: datetime) -> Appeal:
    """Put one's word against it. Raises `NotAppealable`, and what `appeals.file` raises."""
    mine = models.Seat.objects.filter(roster_id=roster_id, promoter_id=promoter_id).order_by("-id").first()
    if mine is None or mine.state != SeatState.LAPSED:
        raise NotAppealable(roster_id)
    row = models.Roster.objects.get(id=roster_id)
    title = f"收回推广名额：{catalog.titles([row.product_id]).get(row.product_id, '')}"
    party = Party(PartyKind.PROMOTER, promoter_id)
    return appeals.file(About.ROSTER, mine.id, appellant=party, title=title, words=words, by=by, now=now)


@transaction.atomic
def appeal_decided(events: Sequence[AppealDecided]) -> None:
    """Handler: an appeal won has a free seat at once, else the first place in the line; nobody loses hers by it."""
    for event in events:
        if event.about != About.ROSTER or not event.granted:
            continue
        lost = models.Seat.objects.get(id=event.subject_id)
        row = locked(lost.roster_id)
        if not rules.is_over(queries.count(row), event.at):
            stand_first(row, lost.promoter_id, event.at)
