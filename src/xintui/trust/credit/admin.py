"""Console pages: whose score is what, each point with its sentence, and what was counted."""

from typing import Any, Final

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.safestring import SafeString

from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Role
from xintui.infra import clock
from xintui.infra.console import ReadOnlyAdmin, cells, merchant_site, ops_site, words
from xintui.infra.console.actions import sentence
from xintui.kernel.errors import DomainError
from xintui.kernel.times import accounting_date
from xintui.trust.appeals import facade as appeals
from xintui.trust.appeals.contracts import STATE_NAMES, About
from xintui.trust.credit import facade, tables
from xintui.trust.credit.contracts import NoScore, Scale, SubjectKind
from xintui.trust.credit.models import Subject

DESK: Final = frozenset({Role.OPERATOR, Role.REVIEWER, Role.AUDITOR})
MAIN: Final = {SubjectKind.PROMOTER: Scale.CREDIT, SubjectKind.MERCHANT: Scale.SHOP}
APPEALS: Final = frozenset({Role.MERCHANT_OWNER, Role.MERCHANT_SERVICE})
SHOWN_SIGNALS: Final = 30

words("object", {"credit": "信用"})
words("key", {"indicator": "指标"})
words("value", {one.code: one.title for one in tables.version(accounting_date(clock.now())).indicators.values()})


class WordsForm(forms.Form):
    words = forms.CharField(min_length=4, max_length=500)


class SubjectAdmin(ReadOnlyAdmin):
    icon = "verified_user"
    ops_roles = DESK
    audited_as = "credit"
    named_by = "id"
    list_display = ("name", "kind", "score", "band", "service", "since", "number")
    list_filter = ("kind", "since")
    search_fields = ("id__exact",)
    ordering = ("-id",)
    empty_says = "还没有信用分：有推客通过审核或有成交之后出现在这里。"
    fields = ("name", "kind", "since", "number", "told")
    readonly_fields = ("name", "number", "told")

    def merchant_rows(self, queryset: QuerySet[Subject], merchant_id: str) -> QuerySet[Subject]:
        return queryset.filter(id=merchant_id)

    def prepare(self, rows: list[Any]) -> None:
        """The scores of everybody on the page, one question per scale."""
        found = {scale: facade.scores([row.id for row in rows], scale) for scale in Scale}
        for row in rows:
            row.found = {scale: scores.get(row.id) for scale, scores in found.items()}

    def _main(self, row: Any) -> Any:
        return row.found[MAIN[SubjectKind(row.kind)]] if hasattr(row, "found") else None

    @admin.display(description="名称")
    def name(self, row: Any) -> str:
        return self.name_of(row, otherwise=row.get_kind_display())

    @admin.display(description="编号", ordering="id")
    def number(self, row: Subject) -> Any:
        return cells.copied(row.id)

    @admin.display(description="信用分 / 店铺分")
    def score(self, row: Subject) -> str:
        found = self._main(row)
        return str(found.score) if found else self.get_empty_value_display()

    @admin.display(description="档位")
    def band(self, row: Subject) -> str:
        found = self._main(row)
        return tables.version(found.as_of).band(found.score).title if found else self.get_empty_value_display()

    @admin.display(description="服务分")
    def service(self, row: Any) -> str:
        found = row.found[Scale.SERVICE] if hasattr(row, "found") else None
        return str(found.score) if found else self.get_empty_value_display()

    @admin.display(description="每一分")
    def told(self, row: Subject) -> SafeString:
        scales = []
        for scale in Scale:
            try:
                scales.append({"one": facade.explain(row.id, scale), "trend": facade.trend(row.id, scale)})
            except NoScore:
                continue
        heard = facade.signals(row.id, limit=SHOWN_SIGNALS, today=accounting_date(clock.now()))
        own = getattr(self.admin_site, "scoped", False)
        filed = appeals.about(About.CREDIT, [one.id for one in heard.items])
        rows = [
            {
                "one": one, "ref": cells.copied(one.ref) if one.ref else cells.NOTHING,
                "appeal": STATE_NAMES[filed[one.id].state] if one.id in filed else "",
                "may": own and one.lowers and not one.voided and one.id not in filed,
            }
            for one in heard.items
        ]  # fmt: skip
        return render_to_string("credit/file.html", {"scales": scales, "signals": rows, "more": heard.next})


def appeal_page(request: HttpRequest) -> HttpResponse:
    """商家后台 › 信用主体 › 申诉: a shop's word against one thing that was counted."""
    who, merchant_id = identity.require_merchant(request.principal)  # type: ignore[attr-defined]
    if not who.has(*APPEALS):
        raise PermissionDenied
    key, back = request.GET.get("signal", "")[:20], reverse("merchant:credit_subject_change", args=[merchant_id])
    form = WordsForm(request.POST or None)
    try:
        if request.method == "POST" and form.is_valid():
            facade.appeal(key, merchant_id, form.cleaned_data["words"], by=who, now=clock.now())
            messages.success(request, "已提交，由人在 72 小时内答复")
            return HttpResponseRedirect(back)
        one = facade.signal(key, merchant_id, today=accounting_date(clock.now()))
    except DomainError as refusal:
        messages.error(request, sentence(refusal))
        return HttpResponseRedirect(back)
    shown = {**merchant_site.each_context(request), "title": "申诉", "one": one, "form": form, "back": back}
    return TemplateResponse(request, "credit/appeal.html", shown)


merchant_site.page("credit/appeal/", "credit_appeal")(appeal_page)
ops_site.register(Subject, SubjectAdmin)
merchant_site.register(Subject, SubjectAdmin)
