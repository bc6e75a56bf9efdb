"""Where after-sales gather the shop is told, and every promoter whose commission waits: why, how much, until when."""

from collections.abc import Sequence
from datetime import datetime

from xintui.commerce.concentration.contracts import ConcentrationCleared, ConcentrationConfirmed, ConcentrationFound
from xintui.engagement.notifications.contracts import Notice
from xintui.engagement.notifications.services.telling import tell, tell_shops
from xintui.kernel.money import yuan
from xintui.kernel.times import SHANGHAI
from xintui.promotion.commission import facade as commission
from xintui.promotion.promoters import facade as promoters

Event = ConcentrationFound | ConcentrationConfirmed | ConcentrationCleared


def concentration_found(events: Sequence[ConcentrationFound], *, now: datetime) -> int:
    """The shop once; a promoter once for each case, also one whom it reaches later."""
    shops = [_shop(one, "shop_concentration_found", {"why": one.says}) for one in events if one.fresh]
    return _tell("commission_held", {one.case_id: one for one in events}, shops, now)


def concentration_confirmed(events: Sequence[ConcentrationConfirmed], *, now: datetime) -> int:
    shops = [_shop(one, "shop_concentration_confirmed", {"note": one.says}) for one in events]
    return _tell("commission_held_on", {one.case_id: one for one in events}, shops, now)


def concentration_cleared(events: Sequence[ConcentrationCleared], *, now: datetime) -> int:
    """Heard before what waits is let go: it says how much that is."""
    told = 0
    for one in events:
        shops = [] if one.promoter_id else [_shop(one, "shop_concentration_ended", {"note": one.says})]
        told += _tell("commission_freed", {one.case_id: one}, shops, now, only=one.promoter_id)
    return told


def _shop(event: Event, code: str, facts: dict[str, str]) -> Notice:
    return Notice(event.merchant_id, code, event.case_id, {"goods": event.title} | facts)


def _tell(code: str, cases: dict[str, Event], shops: Sequence[Notice], now: datetime, *, only: str = "") -> int:
    waiting = [one for one in commission.held_for(cases) if not only or one.promoter_id == only]
    users = promoters.get({one.promoter_id for one in waiting})
    people = [
        Notice(
            users[one.promoter_id].user_id, code, one.case_id,
            {
                "goods": cases[one.case_id].title, "why": one.says, "note": cases[one.case_id].says,
                "lines": str(one.lines), "amount": yuan(one.fen), "at": f"{one.until.astimezone(SHANGHAI):%m-%d %H:%M}",
            },
        )
        for one in waiting
        if one.promoter_id in users
    ]  # fmt: skip
    return tell(people, now=now) + tell_shops([one for one in shops if one.to], now=now)
