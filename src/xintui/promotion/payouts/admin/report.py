"""涉税信息报送: the page of the quarterly report."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Role
from xintui.infra import clock
from xintui.infra.console import (
    ops_site,
)
from xintui.kernel.times import accounting_date
from xintui.promotion.payouts import facade
from xintui.promotion.payouts.admin.words import DESK
from xintui.promotion.payouts.papers import recorded_file


def _tax_report(request: HttpRequest) -> HttpResponse:
    """涉税信息报送: what the quarter's file will say, what is missing, and the file for finance."""
    who = identity.require(request.principal)  # type: ignore[attr-defined]
    if not who.has(*DESK):
        raise PermissionDenied
    now = clock.now()
    quarters = facade.report_quarters(now)
    asked = request.GET.get("quarter", "")
    quarter = asked if asked in quarters else quarters[min(1, len(quarters) - 1)]
    report = facade.tax_report(quarter, now=now)
    if request.method == "POST" and (kind := request.POST.get("file", "")) in ("csv", "xlsx"):
        if not who.has(Role.FINANCE):
            raise PermissionDenied
        return recorded_file(who, report, kind)
    context = {
        **ops_site.each_context(request),
        "title": "涉税信息报送",
        "quarters": quarters,
        "report": report,
        "rows": sorted(report.rows, key=lambda row: not row.missing)[:200],
        "late": not report.complete,
        "overdue": accounting_date(now) > report.due_on,
        "may_export": who.has(Role.FINANCE),
    }
    return TemplateResponse(request, "payouts/tax_report.html", context)


ops_site.page("payouts/tax-report/", "tax_report")(_tax_report)
ops_site.link("提现", "涉税信息报送", "description", "tax_report", DESK)
