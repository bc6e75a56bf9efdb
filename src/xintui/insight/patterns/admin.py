"""Console pages: what the best have in common, as a forest of intervals; how fast stock turns over."""

from typing import Any, Final

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.safestring import SafeString

from xintui.commerce.catalog import facade as catalog
from xintui.foundation.identity.contracts import Role
from xintui.infra import clock
from xintui.infra.console import ConsoleSite, ReadOnlyAdmin, merchant_site, ops_site
from xintui.infra.console.cells import pill
from xintui.infra.console.export import sheet
from xintui.insight.patterns import charts, facade, rules
from xintui.insight.patterns.contracts import (
    OUTCOME_NAMES,
    SIGN_NAMES,
    SUBJECT_NAMES,
    UNITS,
    Found,
    NotCounted,
    Outcome,
    Subject,
)
from xintui.insight.patterns.models import Turnover
from xintui.kernel.money import yuan
from xintui.kernel.times import accounting_date

READERS: Final = frozenset(
    {Role.OPERATOR, Role.REVIEWER, Role.FINANCE, Role.AUDITOR}
    | {Role.MERCHANT_OWNER, Role.MERCHANT_FINANCE, Role.MERCHANT_GOODS}
)
EXPORTERS: Final = frozenset({Role.OPERATOR, Role.FINANCE, Role.AUDITOR, Role.MERCHANT_OWNER, Role.MERCHANT_FINANCE})
HEAD: Final = ("特征", "最好的一组", "其余", "相差（百分点）", "95% 区间", "倍数", "判断")


def _table(found: Found) -> list[tuple[str, ...]]:
    return [
        (
            rules.named(one.attribute, one.value),
            f"{one.top_with} / {one.top}（{rules.percent(one.top_with * 10_000 // one.top)}）",
            f"{one.rest_with} / {one.rest}（{rules.percent(one.rest_with * 10_000 // one.rest)}）",
            f"{one.diff_bp / 100:+.1f}",
            f"{one.low_bp / 100:+.1f} 到 {one.high_bp / 100:+.1f}",
            "—" if one.lift_milli is None else f"{one.lift_milli / 1000:.2f}",
            SIGN_NAMES[one.sign],
        )
        for one in found.patterns
    ]


def _border(found: Found) -> str:
    """What the last of the best has reached."""
    if found.outcome is Outcome.SALES:
        return f"近 {found.days} 天净销售额在 ¥{yuan(found.border)} 以上的算最好的一组"
    least = facade.terms(found.day).clicks_min
    return f"近 {found.days} 天至少 {least} 次点击、转化率在 {rules.percent(found.border)} 以上的算最好的一组"


def _asked(request: HttpRequest) -> tuple[Subject, Outcome]:
    """What the address asks for; what nobody offers is the first of its kind."""
    subjects, outcomes = {one.value: one for one in Subject}, {one.value: one for one in Outcome}
    subject = subjects.get(request.GET.get("subject", ""), Subject.GOODS)
    return subject, outcomes.get(request.GET.get("outcome", ""), Outcome.CONVERSION)


def _found(request: HttpRequest, subject: Subject, outcome: Outcome) -> Found | None:
    who = request.principal  # type: ignore[attr-defined]
    if not who.has(*READERS):
        raise PermissionDenied
    try:
        return facade.found(who.merchant_id or "", subject, outcome)
    except NotCounted:
        return None


def _few(subject: Subject, outcome: Outcome) -> str:
    terms = facade.terms(accounting_date(clock.now()))
    least = terms.people_least if subject is Subject.PROMOTERS else terms.goods_least
    clicks = f"至少 {terms.clicks_min} 次点击的" if outcome is Outcome.CONVERSION else "卖出过的"
    return f"{clicks}{SUBJECT_NAMES[subject]}，最好的五分之一与其余各要 {least} 以上"


def _page(site: ConsoleSite) -> Any:
    def view(request: HttpRequest) -> HttpResponse:
        """优质模式: one kind of subject by one outcome."""
        subject, outcome = _asked(request)
        found = _found(request, subject, outcome)
        terms = facade.terms(accounting_date(clock.now()))
        exports = request.principal.has(*EXPORTERS)  # type: ignore[attr-defined]
        csv = reverse(f"{site.name}:patterns_export", args=[subject.value, outcome.value])
        context: dict[str, Any] = {
            **site.each_context(request),
            "title": "优质模式",
            "subjects": [(one.value, says, one is subject) for one, says in SUBJECT_NAMES.items()],
            "outcomes": [(one.value, says, one is outcome) for one, says in OUTCOME_NAMES.items()],
            "subject": subject.value,
            "outcome": outcome.value,
            "found": found,
            "few": _few(subject, outcome),
            "why": f"最好的五分之一与其余比较，同样的特征各占多少。{terms.source}。数据来自订单、点击、评价与信用分。",
            "csv": csv if exports else "",
        }
        if found is not None and found.patterns:
            unit = UNITS[subject]
            context |= {
                "unit": unit, "forest": charts.forest(found.patterns, unit), "rows": _table(found),
                "border": _border(found), "until": f"{found.day:%m-%d} 统计，每天一次",
            }  # fmt: skip
        return TemplateResponse(request, "patterns/page.html", context)

    return view


def _export(request: HttpRequest, subject: str, outcome: str) -> HttpResponse:
    """The same numbers as CSV, on record like every export."""
    if not request.principal.has(*EXPORTERS):  # type: ignore[attr-defined]
        raise PermissionDenied
    if subject not in set(Subject) or outcome not in set(Outcome):
        raise Http404
    found = _found(request, Subject(subject), Outcome(outcome))
    if found is None:
        raise Http404
    return sheet(request, f"patterns.{subject}", HEAD, _table(found), name=f"patterns-{subject}-{outcome}-{found.day}")


class TurnoverAdmin(ReadOnlyAdmin):
    icon = "inventory"
    list_display = ("product", "merchant_id", "on_hand", "sold", "average", "turnover", "left", "state", "counted_on")
    list_filter = ("slow",)
    search_fields = ("id__exact", "merchant_id__exact")
    ordering = ("-slow", "-on_hand", "id")
    empty_says = "还没有周转数据；后台任务每天统计一次。"
    fields = (
        "product",
        "merchant_id",
        "state",
        "on_hand",
        "sold",
        "average",
        "turnover",
        "left",
        "drawn",
        "counted_on",
    )
    readonly_fields = ("product", "state", "average", "turnover", "left", "drawn")

    def prepare(self, rows: list[Any]) -> None:
        """The names of all goods on the page in one question."""
        titles = catalog.titles([row.id for row in rows])
        for row in rows:
            row.title = titles.get(row.id, row.id)

    @admin.display(description="商品", ordering="id")
    def product(self, row: Any) -> str:
        return str(row.title if hasattr(row, "title") else catalog.titles([row.id]).get(row.id, row.id))

    @admin.display(description="平均库存")
    def average(self, row: Turnover) -> str:
        return f"{row.stock_sum / row.days:.1f}"

    @admin.display(description="周转次数", ordering="turnover_centi")
    def turnover(self, row: Turnover) -> str:
        return "—" if row.turnover_centi is None else f"{row.turnover_centi / 100:.2f}"

    @admin.display(description="还能卖", ordering="days_left")
    def left(self, row: Turnover) -> str:
        return "—" if row.days_left is None else f"{row.days_left} 天"

    @admin.display(description="状态", ordering="slow")
    def state(self, row: Turnover) -> SafeString:
        return pill("suspended", "滞销") if row.slow else pill("active", "正常")

    @admin.display(description="每天的库存")
    def drawn(self, row: Turnover) -> SafeString:
        days = facade.stock_days(row.id, until=row.counted_on, back=row.days)
        shown = {"row": row, "chart": charts.stock(days), "average": self.average(row), "turnover": self.turnover(row)}
        return render_to_string("patterns/stock.html", shown)


for _site in (ops_site, merchant_site):
    _site.register(Turnover, TurnoverAdmin)
    _site.page("patterns/common/", "patterns")(_page(_site))
    _site.page("patterns/common/<slug:subject>-<slug:outcome>.csv", "patterns_export")(_export)
    _site.link("优质模式", "优质模式", "query_stats", "patterns", READERS)
