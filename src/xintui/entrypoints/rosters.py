"""/me/campaigns: 活动预告, the limited-time rules that everybody may read, beside whose seats open when.

The rules are commission's and the same for all from the day they are published; only seats are seen earlier by some.
"""

from datetime import datetime
from typing import Any, Final

from django.http import HttpRequest
from ninja import Router

from xintui.commerce.catalog import facade as catalog
from xintui.foundation.identity import facade as identity
from xintui.infra import clock
from xintui.infra.http import Out
from xintui.kernel.times import accounting_date
from xintui.promotion.commission import facade as commission
from xintui.promotion.commission.contracts import Season
from xintui.promotion.promoters import facade as promoters

router: Final = Router(tags=["推广名额"])


class CampaignGoodsOut(Out):
    id: str
    title: str


class CampaignOut(Out):
    """`since` to `until` (not included) is when a line must be paid; `for_me`: whether your level is among its."""

    rule_id: str
    says: str
    rate_bp: int
    cap_fen: int | None
    since: datetime
    until: datetime | None
    running: bool
    for_me: bool
    goods: list[CampaignGoodsOut]


class CampaignsOut(Out):
    """`notice_days`: so long before it counts a changed plan is shown to everybody, by `source`."""

    items: list[CampaignOut]
    notice_days: int
    source: str


@router.get("/me/campaigns", response=CampaignsOut)
def campaigns(request: HttpRequest) -> dict[str, Any]:
    """Limited-time commission rules that count now or will, the next to begin first: the same for every promoter."""
    principal = identity.require(request.principal)  # type: ignore[attr-defined]
    me, now = promoters.active_by_user(principal.user_id), clock.now()
    found = commission.seasons_ahead(now=now)
    titles = catalog.titles({key for one in found for key in _named(one, "product_id")})
    notice = commission.notice_on(accounting_date(now))
    items = [
        {
            "rule_id": one.rule_id, "says": one.says, "rate_bp": one.rate_bp, "cap_fen": one.cap_fen,
            "since": one.since, "until": one.until, "running": one.since <= now,
            "for_me": _fits(one, "promoter_level", me.level) and _fits(one, "promoter_id", me.id),
            "goods": [{"id": key, "title": titles[key]} for key in sorted(_named(one, "product_id")) if key in titles],
        }
        for one in found
    ]  # fmt: skip
    return {"items": items, "notice_days": notice.days, "source": notice.source}


def _named(one: Season, key: str) -> frozenset[str]:
    return dict(one.match).get(key, frozenset())


def _fits(one: Season, key: str, value: str) -> bool:
    return key not in dict(one.match) or value in _named(one, key)
