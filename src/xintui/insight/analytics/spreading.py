"""A promoter's share tree and team as the platform sees them: the numbers of the phone page, for any promoter."""

from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from xintui.foundation.identity.contracts import Role
from xintui.infra import clock
from xintui.infra.console import ops_site
from xintui.insight.analytics import rules
from xintui.insight.analytics.board import Bar
from xintui.insight.analytics.contracts import BadPeriod
from xintui.kernel.times import accounting_date
from xintui.promotion.attribution import facade as attribution
from xintui.promotion.attribution.contracts import CHANNEL_TITLES, Spot
from xintui.promotion.promoters import facade as promoters
from xintui.promotion.promoters.contracts import NoSuchPromoter

LOOKERS: Final = frozenset({Role.OPERATOR, Role.REVIEWER, Role.FINANCE, Role.AUDITOR})
DEPTHS: Final = {1: "第 1 层 · 打开分享", 2: "第 2 层 · 由他们转出", 3: "第 3 层 · 再转出"}
SHOWN: Final = 50
WHY: Final = (
    "打开推客链接的是第 1 层；由他们转出的链接、或经他们来的推客自己的链接被打开是第 2 层，依此到第 3 层，更深不计。"
    "触达按设备计，一台只算一次；点击是真人打开次数；成交按付款日，以冻结的归因为准。任何人都不按层级计酬。"
)


def page(request: HttpRequest, promoter_id: str) -> HttpResponse:
    """传播与团队: reach, clicks and orders by depth and channel, and who joined through this promoter."""
    if not request.principal.has(*LOOKERS):  # type: ignore[attr-defined]
        raise PermissionDenied
    try:
        one = promoters.one(promoter_id)
    except NoSuchPromoter:
        raise Http404 from None
    now = clock.now()
    try:
        period = rules.period(request.GET.get("days", str(rules.USUAL)), accounting_date(now))
    except BadPeriod:
        period = rules.period(str(rules.USUAL), accounting_date(now))
    tree = attribution.spread(one.id, since=period.first, until=period.last)
    ties, members = promoters.ties(one.id, now=now), promoters.team(one.id, limit=SHOWN)
    context: dict[str, Any] = {
        **ops_site.each_context(request),
        "title": f"{one.display_name} 的传播与团队",
        "promoter": one,
        "period": period,
        "periods": [(days, f"近 {days} 天", days == period.days) for days in rules.PERIODS],
        "why": WHY,
        "until": "数字随时现算",
        "bars": bars(tree.spots),
        "rows": table(tree.spots),
        "locked": tree.locked_orders,
        "ties": ties,
        "members": members.items,
        "more": members.next is not None,
    }
    return TemplateResponse(request, "analytics/spread.html", context)


def bars(spots: tuple[Spot, ...]) -> list[Bar]:
    """The three depths by clicks, with what else was counted beside them."""
    sums = {
        depth: [sum(getattr(s, name) for s in spots if s.depth == depth) for name in ("reach", "clicks", "orders")]
        for depth in DEPTHS
    }
    top = max((clicks for _, clicks, _ in sums.values()), default=0)
    return [
        Bar(says, "", f"{sums[depth][1]:,} 次", f"触达 {sums[depth][0]:,} 人 · 成交 {sums[depth][2]:,} 单",
            max(sums[depth][1] * 100 // top, 1 if sums[depth][1] else 0) if top else 0)
        for depth, says in DEPTHS.items()
    ]  # fmt: skip


def table(spots: tuple[Spot, ...]) -> list[tuple[str, list[tuple[int, int, int]]]]:
    """Channel → (reach, clicks, orders) at each depth, the busiest channel first."""
    found: dict[str, dict[int, tuple[int, int, int]]] = {}
    for spot in spots:
        found.setdefault(CHANNEL_TITLES[spot.channel], {})[spot.depth] = (spot.reach, spot.clicks, spot.orders)
    busiest = sorted(found.items(), key=lambda row: (-sum(clicks for _, clicks, _ in row[1].values()), row[0]))
    return [(says, [cells.get(depth, (0, 0, 0)) for depth in DEPTHS]) for says, cells in busiest]


ops_site.page("promoters/<slug:promoter_id>/spread/", "promoter_spread")(page)
