"""The charts on the consoles' first page, and each chart's numbers as CSV."""

from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from xintui.foundation.identity.contracts import Role
from xintui.infra import clock
from xintui.infra.console import ConsoleSite, Section, dashboard, merchant_site, ops_site, words
from xintui.infra.console.export import sheet
from xintui.insight.analytics import board, facade, rules, spreading
from xintui.insight.analytics.contracts import BadPeriod, Board, Period
from xintui.kernel.times import accounting_date

READERS: Final = frozenset(
    {Role.OPERATOR, Role.REVIEWER, Role.FINANCE, Role.AUDITOR}
    | {Role.MERCHANT_OWNER, Role.MERCHANT_FINANCE, Role.MERCHANT_GOODS}
)
EXPORTERS: Final = frozenset({Role.OPERATOR, Role.FINANCE, Role.AUDITOR, Role.MERCHANT_OWNER, Role.MERCHANT_FINANCE})
__all__ = ["spreading"]  # its page stands as soon as it is read
TITLES: Final = {
    "trend": "经营趋势", "funnel": "推广漏斗", "channels": "渠道", "provinces": "省份分布",
    "products": "商品排行", "promoters": "推客排行", "shops": "店铺排行",
}  # fmt: skip
words("value", {f"analytics.{key}": f"经营分析 · {title}" for key, title in TITLES.items()})


def _asked(request: HttpRequest) -> Period:
    """The period in the address; what nobody offers is the usual one."""
    today = accounting_date(clock.now())
    try:
        return rules.period(request.GET.get("days", str(rules.USUAL)), today)
    except BadPeriod:
        return rules.period(str(rules.USUAL), today)


def _board(request: HttpRequest, period: Period) -> Board:
    return facade.board(request.principal.merchant_id or "", period)  # type: ignore[attr-defined]


@dashboard(ops_site, merchant_site, order=-10, first_for=READERS)
def figures(request: HttpRequest) -> Section | None:
    """经营概览: the charts."""
    who = request.principal  # type: ignore[attr-defined]
    if not who.has(*READERS):
        return None
    site = "merchant" if who.merchant_id else "ops"
    period = _asked(request)
    found = _board(request, period)
    rankings = [("products", found.products), ("promoters", found.promoters)]
    rankings += [] if who.merchant_id else [("shops", found.shops)]
    return Section(
        "经营概览",
        wide=True,
        template="analytics/board.html",
        data={
            "period": period,
            "periods": [(days, f"近 {days} 天", days == period.days) for days in rules.PERIODS],
            "until": board.until(found.as_of),
            "counted": found.as_of is not None,
            "tiles": board.tiles(found),
            "drawn": board.drawn(found),
            "days": [(day, found.days[day]) for day in reversed(period.each())],
            "funnel": board.funnel(found),
            "natural": found.natural,
            "channels": board.channels(found),
            "provinces": board.provinces(found),
            "best_provinces": board.best_provinces(found),
            "rankings": [(key, TITLES[key], board.ranking(rows, site), board.WHY[key]) for key, rows in rankings],
            "why": board.WHY,
            "exports": reverse(f"{site}:index") + "analytics/" if who.has(*EXPORTERS) else "",
        },
    )


def _export(site: ConsoleSite) -> Any:
    def view(request: HttpRequest, chart: str) -> HttpResponse:
        """One chart's numbers, on record like every export."""
        who = request.principal  # type: ignore[attr-defined]
        if not who.has(*EXPORTERS):
            raise PermissionDenied
        if chart not in TITLES or (chart == "shops" and who.merchant_id):
            raise Http404
        period = _asked(request)
        made = board.table(_board(request, period), chart)
        assert made is not None
        head, rows = made
        return sheet(request, f"analytics.{chart}", head, rows, name=f"{chart}-{period.first}-{period.last}")

    return view


for _site in (ops_site, merchant_site):
    _site.page("analytics/<slug:chart>.csv", "analytics_export")(_export(_site))
